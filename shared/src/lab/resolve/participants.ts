import { sameText } from '../../same-text.ts';
import { idOf } from '../ids.ts';
import type { LabFile } from '../lab-file.ts';
import type { Authorization } from './authorization.ts';
import type { Draft, Path, Place } from './draft.ts';
import type { Existing } from './existing.ts';
import type { Principals } from './principals.ts';

type Group = LabFile['tenants'][number]['subscriptions'][number]['resourceGroups'][number];

/** Of the application that a participant is in Azure. */
const participantOperator = (participant: string): string => `operator-${participant}`;

/**
 * People who share the lab. Each has a resource group, sits at a virtual machine in it, and is an application of their own:
 * Owner of the group and of nothing else, who cannot delete the group itself, since the place would be gone with it.
 */
export function participantsOf(draft: Draft, principals: Principals, authorization: Authorization, existing: Existing) {
  const names = new Set<string>();
  const isTaken = (name: string, groupId: string) =>
    names.has(name) ||
    existing.all('resourceGroup').some((group) => {
      return group.participant?.name === name && !sameText(group.resourceId, groupId);
    });
  return {
    /** What the group has to say of whose it is. Undefined: nobody's in particular. */
    addParticipant: ({ tenantId, groupId, group }: Place, entry: Group, path: Path) => {
      if (!entry.participant) return undefined;
      const { name, machine } = entry.participant;
      const here = [...path, 'participant'];
      if (isTaken(name, groupId)) draft.mistake([...here, 'name'], `another participant is called ${name}.`);
      names.add(name);
      const machines = [
        ...entry.virtualMachines,
        ...existing.all('virtualMachine').filter(({ resourceId }) => {
          return resourceId.toLowerCase().startsWith(`${groupId.toLowerCase()}/`);
        }),
      ];
      if (!machines.some((one) => sameText(one.name, machine))) {
        draft.mistake([...here, 'machine'], `the resource group ${group} has no virtual machine called ${machine}.`);
      }
      const { principalId, clientId } = principals.addParticipant(
        { tenantId, groupId, name: participantOperator(name) },
        here,
      );
      draft.later(() => {
        authorization.assign(groupId, principalId, 'Owner', here);
        const id = `${groupId}/providers/Microsoft.Authorization/denyAssignments/${idOf(`${groupId}#participant`)}`;
        const denyAssignment = {
          id,
          scope: groupId,
          denyAssignmentName: `${group} stays`,
          description: 'Who sits in a resource group would lose their place with it.',
          principalIds: [principalId],
          excludedPrincipalIds: [],
          actions: ['Microsoft.Resources/subscriptions/resourceGroups/delete'],
          notActions: [],
          dataActions: [],
          notDataActions: [],
          doNotApplyToChildScopes: true,
        };
        draft.add('denyAssignment', id, denyAssignment, here);
      });
      return { name, machine, principalId, clientId };
    },
  };
}
