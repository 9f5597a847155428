import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pageApplier } from '@lab/keyvault/store/apply-page.ts';
import { openKeyvaultDatabase } from '@lab/keyvault/store/database.ts';
import { sqliteSecrets } from '@lab/keyvault/store/secrets.ts';
import { sqliteVaults } from '@lab/keyvault/store/vaults.ts';
import { fixedClock } from '@lab/shared/clock.ts';
import { sqliteCursor } from '@lab/shared/feed/cursor-store.ts';
import { FeedPage } from '@lab/shared/feed/feed.ts';
import type { Resource } from '@lab/shared/feed/resources.ts';
import { silentLog } from '@lab/shared/log.ts';
import { sqliteAssignments } from '@lab/shared/policy/assignments.ts';
import { BUILT_IN_ROLES } from '@lab/shared/rbac/built-in-roles.ts';
import { decideAccess } from '@lab/shared/rbac/decide-access.ts';

const STORED = 100_000;
/** As many as `arm` sends at once. */
const PAGE = 10_000;
const HELD = [1, 10, 100] as const;
const SUBSCRIPTION = '/subscriptions/55555555-5555-4555-8555-555555555555';
const EPOCH = randomUUID();

export type DecisionFigures = {
  /** By how many role assignments the principal has, in microseconds. */
  readonly decisionUs: Readonly<Record<(typeof HELD)[number], number>>;
  /** From an empty database to all that `arm` tells, and with what is there already, in milliseconds. */
  readonly firstStartMs: number;
  readonly restartMs: number;
};

/** What a data plane takes to decide, and to start, in a lab with 100,000 role assignments. On a database of its own. */
export function decisions(): DecisionFigures {
  const directory = mkdtempSync(join(tmpdir(), 'bench-decisions-'));
  const path = join(directory, 'keyvault.db');
  const principals = HELD.map((count) => ({ count, principalId: randomUUID() }));
  try {
    const pages = pagesOf([...roles(), ...assignmentsOf(principals)]);
    const firstStartMs = timed(() => {
      const { apply, close } = openFollower(path);
      pages.forEach((page, index) => {
        apply(FeedPage.parse(JSON.parse(page)), { fresh: index === 0 });
      });
      close();
    });
    const restartMs = timed(() => openFollower(path).close());
    const { assignments, close } = openFollower(path);
    const decisionUs = Object.fromEntries(
      principals.map(({ count, principalId }) => [count, microseconds(() => ask(assignments, principalId))]),
    ) as DecisionFigures['decisionUs'];
    close();
    return { decisionUs, firstStartMs, restartMs };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function openFollower(path: string) {
  const db = openKeyvaultDatabase(path);
  const [vaults, secrets, assignments, cursor] = [
    sqliteVaults(db),
    sqliteSecrets(db),
    sqliteAssignments(db),
    sqliteCursor(db),
  ];
  const apply = pageApplier({ db, vaults, secrets, assignments, cursor, clock: fixedClock(), log: silentLog });
  return { assignments, apply, close: () => db.close() };
}

const ask = (assignments: ReturnType<typeof sqliteAssignments>, principalId: string) =>
  decideAccess(
    {
      principalIds: [principalId],
      operation: { dataAction: 'Microsoft.KeyVault/vaults/secrets/getSecret/action' },
      resourceId: `${SUBSCRIPTION}/resourceGroups/rg-app/providers/Microsoft.KeyVault/vaults/kv-0/secrets/db`,
    },
    assignments.ofPrincipals([principalId]),
  );

const roles = (): Resource[] =>
  BUILT_IN_ROLES.map((role) => ({ kind: 'roleDefinition', id: role.id, value: { ...role } as never }));

function assignmentsOf(principals: readonly { count: number; principalId: string }[]): Resource[] {
  const known = principals.flatMap(({ count, principalId }) => Array<string>(count).fill(principalId));
  return Array.from({ length: STORED }, (_, index) => {
    const scope = `${SUBSCRIPTION}/resourceGroups/rg-app/providers/Microsoft.KeyVault/vaults/kv-${index % 500}`;
    const id = `${scope}/providers/Microsoft.Authorization/roleAssignments/${randomUUID()}`;
    const principalId = known[index] ?? randomUUID();
    const roleDefinitionId = BUILT_IN_ROLES[index % BUILT_IN_ROLES.length]?.id ?? '';
    return {
      kind: 'roleAssignment',
      id,
      value: { id, scope, principalId, principalType: 'ServicePrincipal', roleDefinitionId },
    };
  });
}

/** As `arm` sends them. */
const pagesOf = (resources: readonly Resource[]): string[] =>
  Array.from({ length: Math.ceil(resources.length / PAGE) }, (_, index) =>
    JSON.stringify({
      epoch: EPOCH,
      revision: (index + 1) * PAGE,
      changes: resources.slice(index * PAGE, (index + 1) * PAGE),
    }),
  );

function timed(work: () => void): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}

/** The median of many, after a warm-up. */
function microseconds(work: () => unknown): number {
  const times = Array.from({ length: 5_000 }, () => timed(work)).slice(1_000);
  return (times.sort((a, b) => a - b)[times.length / 2] ?? 0) * 1_000;
}
