import type { PrincipalAccess } from '@managed-identity-lab/client';
import { useMemo } from 'react';
import { useLocation } from 'wouter';
import { ask } from '../../api/lab.ts';
import { useAsk } from '../../api/use-ask.ts';
import { Rich } from '../../texts/rich.tsx';
import { useTexts } from '../../texts/texts.ts';
import { Loading } from '../../ui/loading.tsx';
import { ErrorNote } from '../../ui/note.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Select } from '../../ui/select.tsx';
import styles from './access.module.css';
import { scopeName } from './action.ts';
import { whoHref } from './addresses.ts';
import type { LabModel } from './model.ts';
import { askable, questionsOf } from './questions.ts';
import { Verdicts } from './verdicts.tsx';

/** Who may do something with a resource, and why or why not: asked of the lab, which decides as the services do. */
export function WhoMay({
  at,
  question: wanted,
  version,
  model,
}: {
  at: string | undefined;
  question: string | undefined;
  /** Another one: something was changed. */
  version: string;
  model: LabModel;
}) {
  const t = useTexts('access');
  const [, navigate] = useLocation();
  const entries = useMemo(() => askable(model.tenants), [model]);
  const entry = entries.find(({ id }) => id === at) ?? entries[0];
  const questions = questionsOf(entry);
  const question = questions.find(({ id }) => id === wanted) ?? questions[0];
  const query =
    entry && question ? new URLSearchParams({ resourceId: entry.id, ...question.operation }).toString() : undefined;
  const { data, error } = useAsk(
    query,
    (signal) => ask<{ principals: PrincipalAccess[] }>('GET', `/access?${query}`, undefined, signal),
    version,
  );
  if (!entry || !question) return <Loading />;
  const operation = 'action' in question.operation ? question.operation.action : question.operation.dataAction;
  return (
    <div className={styles.details}>
      <Panel title={t('who')}>
        <Rich of={t} text="who.about" />
        <div className={styles.line}>
          <Select
            label={t('resource')}
            selected={entry.id}
            options={entries.map(({ id, kind }) => ({ id, text: scopeName(id, model), detail: t(`kind.${kind}`) }))}
            onSelect={(id) => navigate(whoHref(id, question.id))}
          />
          <Select
            label={t('question')}
            selected={question.id}
            options={questions.map(({ id }) => ({ id, text: t(`question.${id}`) }))}
            onSelect={(id) => navigate(whoHref(entry.id, id))}
          />
        </div>
        <p className={styles.quiet}>
          {'action' in question.operation ? t('operation.action') : t('operation.data')} <code>{operation}</code>
        </p>
        <ErrorNote error={error} />
        {!data && !error && <Loading />}
        {data && <Verdicts principals={data.principals} entry={entry} model={model} />}
      </Panel>
    </div>
  );
}
