import type { FabricClient } from '@lab/shared/fabric/client.ts';
import { operatorOf } from '@lab/shared/lab/ids.ts';
import { sameText } from '@lab/shared/same-text.ts';
import { z } from 'zod';
import { answerOf } from './fabric-answer.ts';
import type { LabResource, LabState } from './lab-state.ts';

const DecisionBody = z
  .strictObject({
    operation: z.string(),
    resourceId: z.string(),
    grantedBy: z.string().nullable(),
    considered: z.array(
      z.strictObject({
        assignmentId: z.string(),
        roleName: z.string(),
        scope: z.string(),
        verdict: z.string(),
        condition: z.string().optional(),
      }),
    ),
    leftOut: z.number().optional().meta({ description: 'How many more were considered; absent where all are here.' }),
  })
  .meta({ description: 'Each role assignment, deny assignment or access policy with what it had to say.' });

const Judged = z.strictObject({
  principalId: z.string(),
  allowed: z.boolean(),
  reason: z.enum(['granted', 'notGranted', 'denied', 'otherTenant', 'unknown']).meta({
    description:
      '`otherTenant`: its tokens are refused, whatever roles it has. `unknown`: only role assignments know it, as after the deletion of an identity.',
  }),
  decision: DecisionBody,
});

export const PrincipalAccess = Judged.extend({
  displayName: z.string().meta({ description: 'Empty where nobody knows it.' }),
  kind: z.enum(['systemAssigned', 'userAssigned', 'application', 'operator', 'unknown']),
  clientId: z.string().optional(),
  tenantId: z.string().optional(),
});
export type PrincipalAccess = z.infer<typeof PrincipalAccess>;

export type AccessQuestion = {
  readonly resourceId: string;
  /** Either of them. */
  readonly dataAction?: string | undefined;
  readonly action?: string | undefined;
};

/** Of every principal of the lab: those who may first. Throws `not_found` for a resource that is not there. */
export type WhoMay = (question: AccessQuestion) => Promise<PrincipalAccess[]>;

export const fabricWhoMay =
  ({ fabric, state }: { fabric: Pick<FabricClient, 'call'>; state: Pick<LabState, 'resources'> }): WhoMay =>
  async ({ resourceId, dataAction, action }) => {
    const [identities, applications, tenants] = await Promise.all([
      state.resources('servicePrincipal'),
      state.resources('application'),
      state.resources('tenant'),
    ]);
    const operators = tenants.map(({ name }) => operatorOf(String(name)).principalId);
    const known = [
      ...identities.map((one) => toPrincipal(one, one.identityType === 'UserAssigned' ? USER : SYSTEM)),
      ...applications
        .filter(({ principalId }) => principalId !== undefined)
        .map((one) => toPrincipal(one, operators.includes(String(one.principalId)) ? OPERATOR : APPLICATION)),
    ];
    const body = {
      resourceId,
      ...(dataAction !== undefined && { dataAction }),
      ...(action !== undefined && { action }),
      principals: known.map(({ principalId, clientId, tenantId }) => ({ principalId, clientId, tenantId })),
    };
    const { principals } = await answerOf('arm', fabric.call('arm', 'POST', '/access', { body }), Answer);
    return principals
      .map((judged): PrincipalAccess => {
        const who = known.find(({ principalId }) => sameText(principalId, judged.principalId));
        return { ...(who ?? { displayName: '', kind: 'unknown' as const }), ...judged };
      })
      .toSorted((a, b) => Number(b.allowed) - Number(a.allowed) || compare(a, b));
  };

const compare = (a: PrincipalAccess, b: PrincipalAccess): number =>
  Number(a.kind === 'unknown') - Number(b.kind === 'unknown') || a.displayName.localeCompare(b.displayName, 'en');

const [SYSTEM, USER, APPLICATION, OPERATOR] = ['systemAssigned', 'userAssigned', 'application', 'operator'] as const;

const toPrincipal = (resource: z.infer<typeof LabResource>, kind: PrincipalAccess['kind']) => ({
  kind,
  principalId: String(resource.principalId),
  clientId: String(resource.clientId),
  tenantId: String(resource.tenantId),
  displayName: String(resource.displayName),
});

const Answer = z.object({ principals: z.array(Judged) });
