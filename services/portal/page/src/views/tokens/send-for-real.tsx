import type { LabResponse, Resource, TokenReport, Workload } from '@managed-identity-lab/client';
import { ask } from '../../api/lab.ts';
import { randomGuid } from '../../api/random-guid.ts';
import { useAction } from '../../api/use-action.ts';
import { useEvents } from '../../live/use-events.ts';
import { useTexts } from '../../texts/texts.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button, LinkButton } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/note.tsx';
import { realRequest } from './real-requests.ts';
import styles from './tokens.module.css';

type Sent = { readonly answer: LabResponse; readonly clientRequestId: string };

/** Lets a machine send the token to the service, and shows what it says in earnest, with the way to the flow. */
export function SendForReal({
  name,
  report,
  token,
  resources,
  workload,
}: {
  name: string;
  report: TokenReport;
  token: string;
  resources: readonly Resource[];
  workload: Workload;
}) {
  const t = useTexts('tokens');
  const sent = useAction<Sent>();
  const send = () =>
    sent.run(async () => {
      const clientRequestId = randomGuid();
      const request = realRequest(report, token, { resources, clientRequestId });
      const path = `/workloads/${encodeURIComponent(workload.name)}/requests`;
      return { answer: await ask<LabResponse>('POST', path, request), clientRequestId };
    });
  return (
    <div className={styles.line}>
      <Button isPending={sent.isPending} onPress={send} aria-label={t('send.to', { service: name })}>
        {t('send')}
      </Button>
      <span role="status" className={styles.line}>
        {sent.data && <Answer {...sent.data} foretold={report.refusal?.status} />}
      </span>
      <ErrorNote error={sent.error} />
    </div>
  );
}

function Answer({ answer, clientRequestId, foretold }: Sent & { foretold: number | undefined }) {
  const t = useTexts('tokens');
  const { events } = useEvents();
  if ('error' in answer) return <Badge kind="bad">{t(`no-answer.${answer.error.code}`)}</Badge>;
  const { status } = answer;
  const flow = events.findLast((event) => event.clientRequestId === clientRequestId)?.flow;
  const isAsForetold = foretold === undefined ? status < 400 : status === foretold;
  return (
    <>
      <Badge kind={status < 400 ? 'good' : 'bad'}>{status}</Badge>
      <span>{isAsForetold ? t('send.foretold') : t('send.other')}</span>
      {/* It comes a moment after the answer. */}
      {flow !== undefined && (
        <LinkButton kind="quiet" href={`/flow?flow=${encodeURIComponent(flow)}`}>
          {t('flow')}
        </LinkButton>
      )}
    </>
  );
}
