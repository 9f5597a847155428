import type { AppRole } from './application.ts';

/** Access without any particular role. */
export const DEFAULT_ACCESS = '00000000-0000-0000-0000-000000000000';

const role = (id: string, value: string, displayName: string): AppRole => ({
  id,
  value,
  displayName,
  description: displayName,
  isEnabled: true,
  allowedMemberTypes: ['Application'],
});

/**
 * App roles of Microsoft Graph that the lab's Graph asks for, under their true ids.
 * @see https://learn.microsoft.com/graph/permissions-reference
 */
export const GRAPH_APP_ROLES: readonly AppRole[] = [
  role('9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30', 'Application.Read.All', 'Read all applications'),
  role('1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9', 'Application.ReadWrite.All', 'Read and write all applications'),
  role(
    '06b708a9-e830-4db3-a914-8e69da51d44f',
    'AppRoleAssignment.ReadWrite.All',
    'Manage app permission grants and app role assignments',
  ),
  role('7ab1d382-f21e-4acd-a863-ba3e13f7da61', 'Directory.Read.All', 'Read directory data'),
  role('19dbc75e-c2e2-444c-a770-ec69d8559fc7', 'Directory.ReadWrite.All', 'Read and write directory data'),
  role('5b567255-7703-4780-807c-7be8301ae99b', 'Group.Read.All', 'Read all groups'),
  role('498476ce-e0fe-48b0-b801-37ba7e2685c6', 'Organization.Read.All', 'Read organization information'),
  role('df021288-bdef-4463-88db-98f22de89214', 'User.Read.All', "Read all users' full profiles"),
];

/** The `roles` of a token: values of the resource's enabled roles that the client is assigned, in the resource's order. */
export const rolesGranted = (appRoles: readonly AppRole[], assignedIds: readonly string[]): readonly string[] =>
  appRoles.flatMap(({ id, value, isEnabled, allowedMemberTypes }) =>
    isEnabled && value && allowedMemberTypes.includes('Application') && assignedIds.includes(id.toLowerCase())
      ? [value]
      : [],
  );
