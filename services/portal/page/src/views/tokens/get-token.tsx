import type { LabResponse, Resource, Workload } from '@managed-identity-lab/client';
import { useState } from 'react';
import { ask } from '../../api/lab.ts';
import { useAction } from '../../api/use-action.ts';
import { useTexts } from '../../texts/texts.ts';
import { Button } from '../../ui/button.tsx';
import { Code } from '../../ui/code.tsx';
import { ErrorNote, Note } from '../../ui/note.tsx';
import { Said } from '../../ui/said.tsx';
import { Select } from '../../ui/select.tsx';
import { AudienceSelect } from './audience-select.tsx';
import { AUDIENCES, identitiesOf, tokenRequest } from './real-requests.ts';
import styles from './tokens.module.css';

/** The id of the choice of none: which identity it is then is the platform's to say. */
const ANY = 'any';

/** Gets a token as a program on one of the machines gets it. */
export function GetToken({
  workloads,
  resources,
  onToken,
}: {
  workloads: readonly Workload[];
  resources: readonly Resource[];
  onToken: (token: string) => void;
}) {
  const t = useTexts('tokens');
  const [name, setName] = useState<string>();
  const [audience, setAudience] = useState<string>(AUDIENCES[0]);
  const [clientId, setClientId] = useState(ANY);
  const got = useAction<LabResponse | undefined>();
  const workload = workloads.find((one) => one.name === name) ?? workloads[0];
  const identities = workload ? identitiesOf(workload, resources) : [];
  const chosen = identities.some((one) => one.clientId === clientId) ? clientId : ANY;
  const wish = { audience, clientId: chosen === ANY ? undefined : chosen };
  // A pod asks as an identity, which has to be known first.
  const request = workload && tokenRequest(workload, wish, resources);
  const get = () =>
    got.run(async () => {
      if (!workload || !request) return undefined;
      const answer = await ask<LabResponse>(
        'POST',
        `/workloads/${encodeURIComponent(workload.name)}/requests`,
        request,
      );
      const token = tokenIn(answer);
      if (token !== undefined) onToken(token);
      return token === undefined ? answer : undefined;
    });
  return (
    <>
      <div className={styles.fields}>
        <Select
          label={t('workload')}
          options={workloads.map((one) => ({ id: one.name, text: one.machine, detail: t(`kind.${one.kind}`) }))}
          selected={workload?.name}
          onSelect={setName}
        />
        <AudienceSelect resources={resources} selected={audience} onSelect={setAudience} />
        {identities.length > 0 && (
          <Select
            label={t('identity')}
            options={[
              { id: ANY, text: t('identity.any') },
              ...identities.map((one) => ({ id: one.clientId, text: one.name, detail: one.clientId })),
            ]}
            selected={chosen}
            onSelect={setClientId}
          />
        )}
        <Button kind="primary" isPending={got.isPending} isDisabled={!request} onPress={get}>
          {t('get')}
        </Button>
      </div>
      <ErrorNote error={got.error} />
      {got.data && <NoToken answer={got.data} />}
    </>
  );
}

/** Why there is none: the platform's own answer, or what stopped the request. */
function NoToken({ answer }: { answer: LabResponse }) {
  const t = useTexts('tokens');
  if ('error' in answer) {
    return (
      <Note kind="warning" title={t(`no-answer.${answer.error.code}`)} isLive>
        <Said by="lab" words={answer.error.message} />
      </Note>
    );
  }
  return (
    <Note kind="warning" title={t('get.refused', { status: answer.status })} isLive>
      <Code text={answer.body} language="json" label={t('answer')} />
    </Note>
  );
}

function tokenIn(answer: LabResponse): string | undefined {
  if ('error' in answer || answer.status !== 200) return undefined;
  try {
    const { access_token: token } = JSON.parse(answer.body) as { access_token?: unknown };
    return typeof token === 'string' ? token : undefined;
  } catch {
    return undefined;
  }
}
