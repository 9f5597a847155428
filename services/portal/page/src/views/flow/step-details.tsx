import type { Step } from '@lab/shared/flows/index.ts';
import { useLanguage } from '../../texts/texts.ts';
import { Badge } from '../../ui/badge.tsx';
import { Code, Json } from '../../ui/code.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { Said } from '../../ui/said.tsx';
import { Checks } from './checks.tsx';
import { Decision } from './decision.tsx';
import { ExportFlow } from './export-flow.tsx';
import type { ShownFlow } from './flow-model.ts';
import { requestText, responseText } from './http-text.ts';
import { colourOf } from './lanes.ts';
import { Outcome } from './outcome.tsx';
import styles from './step-details.module.css';
import { Token } from './token.tsx';
import { inMilliseconds, timeOfDay } from './when.ts';
import { useWords } from './words.ts';

/** All that is known of a step: what was asked and answered, the tokens, the checks, and the decision with its reasons. */
export function StepDetails({ flow, step }: { flow: ShownFlow; step: Step }) {
  const { t, part, note, step: inWords } = useWords();
  const language = useLanguage();
  const { event } = step;
  const decisions = [event.decision, ...(event.furtherDecisions ?? [])].filter((one) => one !== undefined);
  return (
    <article className={styles.details}>
      <header className={styles.header}>
        <h2 aria-live="polite">
          <span className={styles.count}>{t('step-of', { number: step.number, count: flow.steps.length })}</span>
          {inWords(step)}
        </h2>
        <p className={styles.way}>
          <span style={{ color: colourOf(step.source) }}>{part(step.source)}</span>
          <span aria-hidden="true"> → </span>
          <span className="visually-hidden">{t('asks')}</span>
          <span style={{ color: colourOf(step.target) }}>{part(step.target)}</span>
          <Outcome outcome={step.outcome} />
          <span className={styles.quiet}>
            {timeOfDay(step.at, language)} · {t('after', { ms: Math.round(step.offsetMs) })} ·{' '}
            {inMilliseconds(step.durationMs)}
          </span>
        </p>
        {event.fault !== undefined && <Badge kind="warning">{t('fault', { id: event.fault })}</Badge>}
        <ExportFlow id={flow.summary.id} step={step.number} />
        {event.note !== undefined && <p className={styles.quiet}>{note(event.note)}</p>}
      </header>
      <section>
        <h3>{t('request')}</h3>
        <Code text={requestText(event)} language="http" label={t('request')} />
      </section>
      {event.token && <Token token={event.token} title={t('token')} hint={t('token-hint')} />}
      <Checks checks={event.checks ?? []} where={event} />
      {decisions.map((decision, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they stay as they are
        <Decision key={index} decision={decision} />
      ))}
      <section>
        <h3>{t('response')}</h3>
        <Code text={responseText(event)} language="http" label={t('response')} />
        {event.errorMessage !== undefined && (
          <p className={styles.error}>
            <strong>{event.errorCode}</strong>
            <Said words={event.errorMessage} />
          </p>
        )}
      </section>
      {event.issued && <Token token={event.issued} title={t('issued')} hint={t('issued-hint')} />}
      <Disclosure summary={t('raw')}>
        <Json value={event} label={t('raw')} />
      </Disclosure>
    </article>
  );
}
