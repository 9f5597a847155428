import { type AzAction, type Host, isFunctionApp, placeOf } from './action.ts';

/** What a person reads at a glance; longer ones have a line for each option. */
const LONG = 100;

/**
 * The command of the Azure CLI that does the same, for a shell. Written for people: long options where a short one says
 * nothing, names where ids are not needed.
 * @see https://learn.microsoft.com/cli/azure/reference-index
 */
export function azCommand(action: AzAction): string {
  const words = ['az', ...wordsOf(action), '--subscription', action.subscription].map(quoted);
  const line = words.join(' ');
  if (line.length <= LONG) return line;
  return words.map((word) => (/^--?[a-z]/.test(word) ? `\\\n  ${word}` : word)).join(' ');
}

function wordsOf(action: AzAction): readonly string[] {
  switch (action.kind) {
    case 'assignSystemIdentity':
      // Of a function app too it is what comes without naming any.
      return [...identityOf(action.host, 'assign')];
    case 'removeSystemIdentity':
      return [...identityOf(action.host, 'remove'), '--identities', '[system]'];
    case 'assignUserIdentity':
      return [...identityOf(action.host, 'assign'), '--identities', action.identityId];
    case 'removeUserIdentity':
      return [...identityOf(action.host, 'remove'), '--identities', action.identityId];
    case 'createIdentity':
      return ['identity', 'create', '-g', groupName(action.groupId), '-n', action.name, '-l', action.location];
    case 'deleteIdentity':
      return ['identity', 'delete', ...named(action.identityId)];
    case 'deleteVirtualMachine':
      return ['vm', 'delete', ...named(action.resourceId), '--yes'];
    case 'createRoleAssignment':
      return [
        ...['role', 'assignment', 'create', '--assignee-object-id', action.principalId],
        ...['--assignee-principal-type', 'ServicePrincipal', '--role', action.roleName, '--scope', action.scope],
        ...(action.condition === undefined ? [] : ['--condition', action.condition, '--condition-version', '2.0']),
      ];
    case 'deleteRoleAssignment':
      return ['role', 'assignment', 'delete', '--ids', action.id];
  }
}

const identityOf = (host: Host, verb: 'assign' | 'remove'): string[] => [
  ...(isFunctionApp(host) ? ['functionapp'] : ['vm']),
  ...['identity', verb, ...named(host.resourceId)],
];

function named(resourceId: string): string[] {
  const { group, name } = placeOf(resourceId);
  return ['-g', group, '-n', name];
}

const groupName = (groupId: string): string => groupId.split('/').at(-1) ?? '';

/** A word as a POSIX shell takes it for itself. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
