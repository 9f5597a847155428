import { useTexts } from '../../texts/texts.ts';
import { Button } from '../../ui/button.tsx';
import { Select } from '../../ui/select.tsx';
import { TextField } from '../../ui/text-field.tsx';
import styles from './console.module.css';
import { type Draft, METHODS } from './draft.ts';

/** The parts of a request: method, URL, headers, body. */
export function Form({ draft, onChange }: { draft: Draft; onChange: (draft: Draft) => void }) {
  const t = useTexts('console');
  const { method, url, headers, body } = draft;
  const setHeader = (at: number, header: readonly [string, string]) =>
    onChange({ ...draft, headers: headers.map((one, index) => (index === at ? header : one)) });
  return (
    <>
      <div className={styles.target}>
        <Select
          label={t('method')}
          options={METHODS.map((id) => ({ id, text: id }))}
          selected={method}
          onSelect={(method) => onChange({ ...draft, method })}
        />
        <TextField label={t('url')} value={url} isCode onChange={(url) => onChange({ ...draft, url })} />
      </div>
      <fieldset className={styles.headers}>
        <legend>{t('headers')}</legend>
        {headers.map(([name, value], index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a header has no name of its own, and may be there twice
          <div key={index} className={styles.header}>
            <TextField
              label={t('header-name', { number: index + 1 })}
              isLabelHidden
              value={name}
              isCode
              placeholder={t('name')}
              onChange={(changed) => setHeader(index, [changed, value])}
            />
            <TextField
              label={t('header-value', { number: index + 1 })}
              isLabelHidden
              value={value}
              isCode
              placeholder={t('value')}
              onChange={(changed) => setHeader(index, [name, changed])}
            />
            <Button
              kind="quiet"
              aria-label={t('remove-header', { number: index + 1, name })}
              onPress={() => onChange({ ...draft, headers: headers.filter((_, at) => at !== index) })}
            >
              <span aria-hidden="true">✕</span>
            </Button>
          </div>
        ))}
        <div>
          <Button onPress={() => onChange({ ...draft, headers: [...headers, ['', '']] })}>{t('add-header')}</Button>
        </div>
      </fieldset>
      {(body !== '' || !['GET', 'HEAD', 'DELETE', 'OPTIONS'].includes(method)) && (
        <TextField label={t('body')} value={body} rows={4} isCode onChange={(body) => onChange({ ...draft, body })} />
      )}
    </>
  );
}
