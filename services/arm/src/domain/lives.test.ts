import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fixedClock, labClock } from '@lab/shared/clock.ts';
import type { Peer } from '@lab/shared/fabric/peers.ts';
import { silentLog } from '@lab/shared/log.ts';
import type { Database } from '@lab/shared/sqlite.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { openArmDatabase } from '../store/database.ts';
import { withPolicy } from '../store/policy.ts';
import { sqliteResources } from '../store/resources.ts';
import { sqliteSnapshots } from '../store/snapshots.ts';
import { applyLab } from './apply-lab.ts';
import { livesOf } from './lives.ts';
import type { Resources } from './resources.ts';
import { turnsOf } from './turns.ts';

const tenant = (name: string) => {
  const tenantId = `f3b1a6a0-0000-4000-8000-${name.padStart(12, '0')}`;
  return {
    kind: 'tenant' as const,
    id: tenantId,
    value: { tenantId, name, displayName: name, domain: `${name}.example` },
  };
};
const LAB = [tenant('1')];

let db: Database;
let resources: Resources;
let calls: string[];
let down: Peer[];
let lab: () => typeof LAB;
let late: boolean;
let listens: boolean;
let patience: number;
beforeEach(() => {
  db = openArmDatabase(':memory:');
  resources = withPolicy(sqliteResources(db), db).resources;
  [calls, down, late, listens, lab] = [[], [], false, true, () => LAB];
  applyLab(resources, LAB);
});

const names = () => resources.all('tenant').map(({ name }) => name);
const clock = () => labClock(db, fixedClock());
function lives() {
  const before = resources.life().epoch;
  return livesOf({
    resources,
    snapshots: sqliteSnapshots(db),
    turns: turnsOf(() => resources.life().epoch),
    feed: {
      page: () => Promise.reject(new Error('nobody asks')),
      changed: () => calls.push('told'),
      isFollowing: (peer) => peer === 'blob',
      isListening: () => listens,
      hasApplied: async (peer, _revision, waitMs) => {
        calls.push(`${peer} applied`);
        patience = waitMs;
        return !late;
      },
    },
    fabric: {
      call: async (service, method, path) => {
        if (down.includes(service)) throw new Error('ECONNREFUSED');
        const life = resources.life().epoch === before ? 'old' : 'new';
        calls.push(`${service} ${method} ${path.replace(/[0-9a-f-]{36}/, 'id')} in the ${life}`);
        return { status: 204, body: undefined };
      },
    },
    labClock: clock(),
    system: fixedClock(),
    readLab: () => lab(),
    slots: () => [],
    onBegun: () => calls.push('begun'),
    log: silentLog,
  });
}

describe('a reset', () => {
  it('lets nobody into Entra from before it begins until all have taken it over', async () => {
    await lives().reset();
    expect(calls).toEqual([
      'entra POST /pause in the old',
      'told',
      'blob applied',
      'begun',
      'entra DELETE /pause in the new',
    ]);
  });

  it("leaves what the lab file says, and the system's time", async () => {
    resources.put(tenant('2'));
    clock().set({ offsetSeconds: 60, heldAt: 5 });
    await lives().reset();
    expect([names(), clock().setting()]).toEqual([['1'], { offsetSeconds: 0, heldAt: null }]);
  });

  it('happens without Entra, and names who has not taken it over', async () => {
    down = ['entra'];
    late = true;
    expect(await lives().reset()).toMatchObject({ late: ['blob'] });
  });

  it('is not held up for long by one who was heard of and does not listen: it may have died', async () => {
    await lives().reset();
    expect(patience).toBeGreaterThan(5_000);
    listens = false;
    await lives().reset();
    expect(patience).toBeLessThan(2_000);
  });

  it('changes nothing where the lab file cannot be read, and lets Entra go on', async () => {
    const { epoch } = resources.life();
    lab = () => {
      throw new Error('half a file');
    };
    await expect(lives().reset()).rejects.toMatchObject({ kind: 'unavailable' });
    expect([resources.life().epoch, calls]).toEqual([epoch, []]);
  });
});

describe('a snapshot', () => {
  it('is a copy in each service that has state, and comes back with the time of then', async () => {
    clock().set({ offsetSeconds: 60, heldAt: null });
    resources.put({ kind: 'labClock', id: 'clock', value: { offsetSeconds: 60, heldAt: null } });
    resources.put(tenant('2'));
    await lives().take('then');
    for (const service of ['keyvault', 'blob', 'entra']) {
      expect(calls).toContain(`${service} PUT /snapshots/id in the old`);
    }
    await lives().reset();
    await lives().restore('then');
    expect([names(), clock().setting()]).toEqual([['1', '2'], { offsetSeconds: 60, heldAt: null }]);
    expect(resources.life().begun).toMatchObject({ by: 'snapshot' });
  });

  it('comes back in a process that was started since', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'lives-'));
    const open = () => {
      db = openArmDatabase(join(directory, 'data.sqlite'));
      resources = withPolicy(sqliteResources(db), db).resources;
    };
    try {
      open();
      applyLab(resources, LAB);
      resources.put(tenant('2'));
      await lives().take('then');
      await lives().reset();
      db.close();
      open();
      await lives().restore('then');
      expect(names()).toEqual(['1', '2']);
    } finally {
      db.close();
      rmSync(directory, { recursive: true });
    }
  });

  it('comes back with what is denied told before what is granted', async () => {
    const scope = '/subscriptions/33333333-3333-4333-8333-333333333333';
    const id = (kind: string) => `${scope}/providers/Microsoft.Authorization/${kind}/${crypto.randomUUID()}`;
    const principalId = crypto.randomUUID();
    const [granted, denied] = [id('roleAssignments'), id('denyAssignments')];
    const roleDefinitionId = crypto.randomUUID();
    const assignment = {
      id: granted,
      scope,
      principalId,
      principalType: 'ServicePrincipal' as const,
      roleDefinitionId,
    };
    resources.put({ kind: 'roleAssignment', id: granted, value: assignment });
    const what = { actions: ['*'], notActions: [], dataActions: [], notDataActions: [] };
    const whom = { principalIds: [principalId], excludedPrincipalIds: [], doNotApplyToChildScopes: false };
    const denial = { id: denied, scope, denyAssignmentName: 'no', description: '', ...what, ...whom };
    resources.put({ kind: 'denyAssignment', id: denied, value: denial });
    await lives().take('then');
    await lives().restore('then');
    const told = resources.changedSince(0, ['tenant', 'roleAssignment', 'denyAssignment'], 9);
    expect(told.map(({ kind }) => kind)).toEqual(['denyAssignment', 'tenant', 'roleAssignment']);
  });

  it('is none where one of them cannot copy', async () => {
    down = ['blob'];
    await expect(lives().take('then')).rejects.toMatchObject({ kind: 'unavailable' });
    expect(lives().snapshots()).toEqual([]);
  });

  it('is not changed by the lab file as it was already, and is by a later change of it', async () => {
    await lives().take('then');
    lab = () => [tenant('1'), tenant('3')];
    applyLab(resources, lab());
    await lives().restore('then');
    applyLab(resources, lab());
    expect(names()).toEqual(['1']);
    applyLab(resources, [...lab(), tenant('4')]);
    expect(names()).toEqual(['1', '4']);
  });

  it('is none where one of them has not taken over yet what the lab contains', async () => {
    late = true;
    await expect(lives().take('then')).rejects.toMatchObject({ kind: 'unavailable' });
    expect([lives().snapshots(), calls.filter((call) => call.includes('PUT'))]).toEqual([[], []]);
  });

  it('replaces one of the same name, and there are twenty at most', async () => {
    for (let n = 0; n < 20; n += 1) await lives().take(`s-${n}`);
    await lives().take('s-0');
    await expect(lives().take('one-more')).rejects.toMatchObject({ code: 'TooManySnapshots' });
    await lives().forget('s-1');
    await lives().take('one-more');
    expect(lives().snapshots()).toHaveLength(20);
  });

  it('is kept as long as the life that began with it, also when it was forgotten', async () => {
    await lives().take('then');
    await lives().restore('then');
    await lives().forget('then');
    await lives().take('other');
    const { begun } = resources.life();
    const copies = db.prepare("SELECT name FROM sqlite_schema WHERE name LIKE 'copy:%:resources'").pluck().all();
    expect(copies).toContain(`copy:${begun?.by === 'snapshot' && begun.id}:resources`);
    await expect(lives().restore('then')).rejects.toMatchObject({ code: 'SnapshotNotFound' });
  });
});
