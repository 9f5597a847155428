import { useTexts } from '../../texts/texts.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { TextField } from '../../ui/text-field.tsx';
import styles from './console.module.css';
import type { Problem } from './draft.ts';

/** The same request as a line: to copy into a shell of the workload, or to paste from the documentation. */
export function CurlLine({
  text,
  problem,
  onChange,
}: {
  text: string;
  problem: Problem | undefined;
  onChange: (text: string) => void;
}) {
  const t = useTexts('console');
  return (
    <div className={styles.line}>
      <TextField
        label={t('curl')}
        value={text}
        rows={4}
        isCode
        description={t('curl-hint')}
        error={problem && t(problem.key, problem.values)}
        onChange={onChange}
      />
      <CopyButton text={text} />
    </div>
  );
}
