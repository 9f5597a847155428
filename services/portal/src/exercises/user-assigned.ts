import type { ResourceOf } from '@lab/shared/feed/resources.ts';
import { sameText } from '@lab/shared/same-text.ts';
import { refusedBy, sentBy, succeeded, tokenRequests } from './evidence.ts';
import { type Exercise, type ExerciseLab, finding } from './exercise.ts';
import { existing } from './existing.ts';

const VERSION = '2024-07-01';

/**
 * One identity on two machines: that a machine with several has to say which, and how to tell which machine it was, when both
 * are the same principal.
 */
export const userAssigned: Exercise = {
  id: 'user-assigned',
  needs: ['vm-app02', 'trainer'],
  asks: ['oid', 'claim'],
  prepare: async (lab) => {
    const { tenant, subscription, resourceGroup } = lab.scene.machines;
    const { machine, otherMachine, identity, otherIdentity } = lab.scene;
    const userAssignedIdentities = [{ name: identity }, { name: otherIdentity }];
    const resourceGroups = [{ name: resourceGroup, userAssignedIdentities }];
    await lab.apply({ tenants: [{ name: tenant, subscriptions: [{ name: subscription, resourceGroups }] }] });
    const there = existing([
      ...(await lab.resources('virtualMachine')),
      ...(await lab.resources('userAssignedIdentity')),
    ]);
    const both = [identity, otherIdentity].flatMap((name) => there.identity(name) ?? []);
    for (const name of [machine, otherMachine]) await withoutOwn(lab, there.machine(name), both);
    return {};
  },
  check: ({ scene, events, resources, answers }) => {
    const there = existing(resources);
    const shared = there.identity(scene.identity)?.principalId ?? '';
    const asked = tokenRequests(events, scene.machine);
    const hasRead = (machine: string) =>
      tokenRequests(events, machine).some((event) => succeeded(event) && event.principalId === shared) &&
      events.some(
        (event) =>
          event.operation === 'GetBlob' && succeeded(event) && event.principalId === shared && sentBy(event, machine),
      );
    return [
      finding(
        'which',
        asked.some((event) => refusedBy(event) === 'identity' && /^Multiple/.test(event.errorMessage ?? '')),
      ),
      finding('first', hasRead(scene.machine)),
      finding('second', hasRead(scene.otherMachine)),
      finding('oid', shared !== '' && sameText(answers.oid ?? '', shared)),
      finding('claim', answers.claim === 'xms_az_rid'),
    ];
  },
};

/** A machine that has these identities and none of its own: so it has to say which one it means. */
async function withoutOwn(
  { azure }: ExerciseLab,
  machine: ResourceOf<'virtualMachine'> | undefined,
  identities: readonly ResourceOf<'userAssignedIdentity'>[],
): Promise<void> {
  if (!machine) return;
  const userAssignedIdentities = Object.fromEntries(identities.map(({ resourceId }) => [resourceId, {}]));
  const path = `${machine.resourceId}?api-version=${VERSION}`;
  await azure({ method: 'PATCH', path, body: { identity: { type: 'UserAssigned', userAssignedIdentities } } });
}
