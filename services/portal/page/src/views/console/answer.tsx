import { useLocation } from 'wouter';
import { handOver } from '../../app/token-in-hand.ts';
import { useEvents } from '../../live/use-events.ts';
import { useTexts } from '../../texts/texts.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button, LinkButton } from '../../ui/button.tsx';
import { Code } from '../../ui/code.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { ErrorNote, Note } from '../../ui/note.tsx';
import { Said } from '../../ui/said.tsx';
import { Table } from '../../ui/table.tsx';
import { inWords } from '../start/milliseconds.ts';
import styles from './console.module.css';
import { eventOf, type Sent } from './sent.ts';
import { shownBody } from './shown-body.ts';
import { tokensIn } from './tokens-in.ts';
import type { HeldToken } from './use-console.ts';

type Given = { sent: Sent; token: HeldToken | undefined; onUse: (token: HeldToken) => void };

/** What came of a request, or what stopped it. */
export function Answer({ sent, ...given }: Omit<Given, 'sent'> & { sent: Sent | undefined }) {
  const t = useTexts('console');
  const { response } = sent ?? {};
  return (
    <div className={styles.answer}>
      <div role="status" className={styles.summary}>
        {!sent && <p className={styles.quiet}>{t('no-answer-yet')}</p>}
        {sent && !response && !sent.error && <p className={styles.quiet}>{t('sending')}</p>}
        {response && 'status' in response && (
          <>
            <Badge kind={response.status < 300 ? 'good' : response.status < 400 ? 'plain' : 'bad'}>
              {`${response.status} ${response.statusText}`}
            </Badge>
            <span className={styles.quiet}>
              {t('took', { time: inWords(response.durationMs), machine: sent?.machine ?? '' })}
              {response.remoteAddress !== undefined && ` ${t('from', { address: response.remoteAddress })}`}
            </span>
          </>
        )}
        {response && 'error' in response && <Badge kind="bad">{t('nothing-came')}</Badge>}
        {sent && <FlowLink sent={sent} />}
      </div>
      <ErrorNote error={sent?.error} />
      {response && 'error' in response && (
        <Note kind="bad" title={t(`stopped.${response.error.code}`)}>
          <p>{t(`stopped-why.${response.error.code}`, { machine: sent?.machine ?? '' })}</p>
          <Said by="lab" words={response.error.message} />
        </Note>
      )}
      {sent && response && 'status' in response && <Content sent={sent} response={response} {...given} />}
    </div>
  );
}

function Content({
  sent,
  response,
  token,
  onUse,
}: Given & { response: Extract<NonNullable<Sent['response']>, { readonly status: number }> }) {
  const t = useTexts('console');
  const [, navigate] = useLocation();
  const type = response.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  const { text, language } = shownBody(response.body, type);
  return (
    <>
      {tokensIn(response.body).map((found) => (
        <Note key={found.name} kind="good" title={t('found-token', { name: found.name })}>
          <p>
            {found.token === token?.token
              ? t('token-is-in-hand', { audience: found.audience ?? '?' })
              : t('token-for', { audience: found.audience ?? '?' })}
          </p>
          <div className={styles.actions}>
            <Button
              onPress={() => {
                handOver(found.token);
                navigate('/tokens');
              }}
            >
              {t('inspect')}
            </Button>
            {found.token !== token?.token && (
              <Button onPress={() => onUse({ ...found, machine: sent.machine })}>{t('use')}</Button>
            )}
          </div>
        </Note>
      ))}
      {text === '' ? (
        <p className={styles.quiet}>{t('empty-body')}</p>
      ) : (
        <Code text={text} language={language} label={t('answer-body')} />
      )}
      {response.truncated && <Note kind="warning">{t('truncated')}</Note>}
      <Disclosure summary={t('answer-headers', { count: response.headers.length })}>
        <Table
          caption={t('answer-headers', { count: response.headers.length })}
          columns={[
            { id: 'name', title: t('name'), cell: ({ name }) => <code>{name}</code>, isRowHeader: true },
            { id: 'value', title: t('value'), cell: ({ value }) => <code className={styles.wrap}>{value}</code> },
          ]}
          rows={response.headers.map(([name, value], index) => ({ id: String(index), name, value }))}
          keyOf={({ id }) => id}
        />
      </Disclosure>
    </>
  );
}

/** To what the service saw, with its checks and its decision. It comes a moment after the answer. */
function FlowLink({ sent }: { sent: Sent }) {
  const t = useTexts('console');
  const { events } = useEvents();
  const flow = eventOf(sent, events)?.flow;
  return flow === undefined ? null : (
    <LinkButton href={`/flow?${new URLSearchParams({ flow })}`}>{t('to-flow')}</LinkButton>
  );
}
