import type { Flaw, ForgedToken, Resource, Workload } from '@managed-identity-lab/client';
import { useState } from 'react';
import { ask } from '../../api/lab.ts';
import { useAction } from '../../api/use-action.ts';
import { useAsk } from '../../api/use-ask.ts';
import { useTexts } from '../../texts/texts.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/note.tsx';
import { Select } from '../../ui/select.tsx';
import { AudienceSelect } from './audience-select.tsx';
import { AUDIENCES } from './real-requests.ts';
import styles from './tokens.module.css';

/** The id of the choice of none. */
const GOOD = 'good';

/**
 * Makes a token for anybody, good or wrong in one of the classic ways.
 * @param workloads Undefined: not known yet, and neither is for whom one begins.
 */
export function ForgeToken({
  resources,
  workloads,
  onToken,
}: {
  resources: readonly Resource[];
  workloads: readonly Workload[] | undefined;
  onToken: (token: string) => void;
}) {
  const t = useTexts('tokens');
  const [who, setWho] = useState<string>();
  const [audience, setAudience] = useState<string>(AUDIENCES[0]);
  const [flaw, setFlaw] = useState<string>(GOOD);
  const { data: flaws = [], error } = useAsk('flaws', async (signal) => {
    return (await ask<{ flaws: Flaw[] }>('GET', '/tokens/flaws', undefined, signal)).flaws;
  });
  const forged = useAction<ForgedToken>();
  const principals = principalsOf(resources);
  // Of the machine that one begins with.
  const usual = workloads && (principals.find(({ name }) => name === workloads[0]?.machine) ?? principals[0]);
  const principalId = who ?? usual?.principalId;
  const forge = () =>
    forged.run(async () => {
      const wish = { principalId, audience, ...(flaw !== GOOD && { flaw }) };
      const made = await ask<ForgedToken>('POST', '/tokens', wish);
      onToken(made.token);
      return made;
    });
  const about = (name: string) => (t.has(`flaw.${name}`) ? t(`flaw.${name}`) : name);
  return (
    <>
      <p>{t('forge.about')}</p>
      <div className={styles.fields}>
        <Select
          label={t('principal')}
          options={principals.map(({ principalId: id, name, kind, tenant }) => ({
            id,
            text: name,
            detail: t(`principal.${kind}`, { tenant }),
          }))}
          selected={principalId}
          onSelect={setWho}
        />
        <AudienceSelect resources={resources} selected={audience} onSelect={setAudience} />
        <Select
          label={t('flaw')}
          options={[GOOD, ...flaws.map(({ name }) => name)].map((name) => ({
            id: name,
            text: name === GOOD ? t('flaw.good') : name,
            ...(name !== GOOD && { detail: about(name) }),
          }))}
          selected={flaw}
          onSelect={setFlaw}
        />
        <Button kind="primary" isPending={forged.isPending} isDisabled={principalId === undefined} onPress={forge}>
          {t('forge.do')}
        </Button>
      </div>
      <ErrorNote error={error ?? forged.error} />
    </>
  );
}

type Principal = {
  readonly principalId: string;
  readonly name: string;
  readonly kind: 'SystemAssigned' | 'UserAssigned' | 'application';
  readonly tenant: string;
};

/** Who can have a token: managed identities first, then applications. */
function principalsOf(resources: readonly Resource[]): readonly Principal[] {
  const tenants = new Map(
    resources.filter(({ kind }) => kind === 'tenant').map(({ tenantId, name }) => [String(tenantId), String(name)]),
  );
  const all = resources.flatMap(({ kind, principalId, displayName, tenantId, identityType }) => {
    if ((kind !== 'servicePrincipal' && kind !== 'application') || principalId === undefined) return [];
    const tenant = tenants.get(String(tenantId)) ?? String(tenantId);
    const type = kind === 'application' ? 'application' : (String(identityType) as Principal['kind']);
    return [{ principalId: String(principalId), name: String(displayName), kind: type, tenant }];
  });
  return [...all.filter(({ kind }) => kind !== 'application'), ...all.filter(({ kind }) => kind === 'application')];
}
