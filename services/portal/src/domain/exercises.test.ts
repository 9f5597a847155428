import { describe, expect, it } from 'vitest';
import { type Exercise, finding } from '../exercises/exercise.ts';
import { DEFAULT_SCENE } from '../exercises/scene.ts';
import { newMark } from '../quiz/mark.ts';
import { fakeServices } from '../testing/fake-lab.ts';
import { endingExercises, endingTheirs, tellingExercises } from './exercise-hooks.ts';
import { labExercises, TRAINER } from './exercises.ts';
import { labEvents } from './lab-events.ts';
import type { LabState } from './lab-state.ts';
import type { Participants } from './participants.ts';
import { type ProgressStore, progressInMemory } from './progress.ts';
import type { Workloads } from './workloads.ts';

/** Done when anything was asked of IMDS since, by the console or otherwise, and the right word was written down. */
const asking: Exercise = {
  id: 'first-token',
  needs: [],
  asks: ['word'],
  prepare: async (lab) => {
    await lab.apply({ tenants: [] });
    return { word: 'right' };
  },
  check: ({ events, sent, facts, answers }) => [
    finding(
      'asked',
      events.some(({ service }) => service === 'imds') ||
        sent.some((one) => one.machine === 'vm-app01' && one.error === 'no-route'),
    ),
    finding('answered', answers.word === facts.word, { word: answers.word ?? '' }),
  ],
};
const second: Exercise = { ...asking, id: 'claims', needs: ['vm-app02'] };

const asksAzure: Exercise = {
  ...second,
  ...{ id: 'tenants', needs: [] },
  prepare: async ({ azure }) => {
    await azure({ method: 'PATCH', path: '/subscriptions/x' });
    return {};
  },
};

/** As the exercise with the hole does it. */
const opens: Exercise = {
  ...second,
  ...{ id: 'outside', needs: [] },
  prepare: async ({ preview, scene: { machine } }) => {
    await preview(machine, 'open');
    return { machine };
  },
  end: async ({ preview }, { machine = '' }) => preview(machine, 'close'),
};

function lab({
  progress = progressInMemory(),
  fake = fakeServices(),
  azureStatus = 200,
  preview = async (_machine: string, _what: 'open' | 'close') => {},
  scene = async () => DEFAULT_SCENE,
} = {}) {
  const did: string[] = [];
  const state = {
    reset: async () => {
      did.push('reset');
      return { durationMs: 1, late: [], restartedWorkloads: [] };
    },
    patch: async (text: string) => {
      did.push(`patch ${text}`);
      return { added: 0, changed: 0, resources: [] };
    },
    resources: async () => [],
  };
  const has = new Set<'vm-app02'>();
  const ended: Exercise = { ...second, needs: [], id: 'ssrf', end: async () => void did.push('end') };
  const exercises = labExercises({
    ...{ state, progress, events: labEvents(fake.services), services: fake.services },
    ...{
      available: async () => has,
      scene,
      knownState: async (who) => void did.push(who === TRAINER ? 'reset' : `reset ${who}`),
      preview,
      all: [asking, second, ended, asksAzure, opens],
    },
    azure: { ask: async () => ({ status: azureStatus, headers: {} }) },
    now: () => '2026-01-01T00:00:00.000Z',
  });
  const stateOf = async (id: string) => (await exercises.list(TRAINER)).exercises.find((one) => one.id === id)?.state;
  return { ...fake, did, state, has, progress, exercises, stateOf };
}

const ANSWERS = { word: ' right ' };

describe('an exercise', () => {
  it('begins in a known state, and counts what happens from then on', async () => {
    const { exercises, happened, did, stateOf } = lab();
    happened('imds');
    expect(await stateOf('first-token')).toBe('new');
    await exercises.start(TRAINER, 'first-token');
    expect(did).toEqual(['reset', 'patch {"tenants":[]}']);
    expect(await stateOf('first-token')).toBe('started');
    expect((await exercises.check(TRAINER, 'first-token', ANSWERS)).findings).toEqual([
      { id: 'asked', passed: false, values: {} },
      { id: 'answered', passed: true, values: { word: 'right' } },
    ]);
    happened('imds');
    expect((await exercises.check(TRAINER, 'first-token', {})).passed).toBe(false);
    expect((await exercises.check(TRAINER, 'first-token', ANSWERS)).passed).toBe(true);
    expect(await stateOf('first-token')).toBe('passed');
  });

  it('does not count what the quiz did to show something', async () => {
    const { exercises, happened } = lab();
    await exercises.start(TRAINER, 'first-token');
    happened('imds', { clientRequestId: newMark('receives-token') });
    expect((await exercises.check(TRAINER, 'first-token', ANSWERS)).passed).toBe(false);
  });

  it('knows what the console sent, also where it never arrived', async () => {
    const { exercises } = lab();
    await exercises.start(TRAINER, 'first-token');
    const error = { code: 'no-route', message: 'Why.' } as const;
    const workloads = tellingExercises<Pick<Workloads, 'list' | 'request'>>(
      {
        list: async () => [{ name: 'app', machine: 'vm-app01', kind: 'virtualMachine', running: true }],
        request: async () => ({ error, durationMs: 1 }),
      },
      exercises,
    );
    await workloads.request('app', { method: 'GET', url: 'http://169.254.169.254/' });
    expect((await exercises.check(TRAINER, 'first-token', ANSWERS)).passed).toBe(true);
  });

  it('remembers what services have forgotten meanwhile', async () => {
    const { exercises, happened, forget } = lab();
    await exercises.start(TRAINER, 'first-token');
    happened('imds');
    await exercises.check(TRAINER, 'first-token', {});
    forget('imds', 1);
    expect((await exercises.check(TRAINER, 'first-token', ANSWERS)).passed).toBe(true);
  });

  it('is not being worked on before it is started, nor when another one is, nor when the lab begins anew', async () => {
    const { exercises, state, stateOf } = lab();
    const check = () => exercises.check(TRAINER, 'first-token', ANSWERS);
    await expect(check()).rejects.toMatchObject({ code: 'ExerciseNotStarted' });
    await exercises.start(TRAINER, 'first-token');
    await exercises.start(TRAINER, 'ssrf');
    await expect(check()).rejects.toMatchObject({ code: 'ExerciseNotStarted' });
    await exercises.start(TRAINER, 'first-token');
    await endingExercises(state as unknown as LabState, exercises).reset();
    await expect(check()).rejects.toMatchObject({ code: 'ExerciseNotStarted' });
    expect(await stateOf('first-token')).toBe('new');
  });

  it('takes away what a reset does not, when another one is started', async () => {
    const { exercises, did } = lab();
    await exercises.start(TRAINER, 'ssrf');
    await exercises.start(TRAINER, 'first-token');
    expect(did.filter((done) => done === 'end')).toHaveLength(1);
    expect(did.indexOf('end')).toBeLessThan(did.lastIndexOf('reset'));
  });

  it('takes it away where it was put, also when nobody can be asked any more whose place that was', async () => {
    const open = new Set<string>();
    let isThere = true;
    const { exercises } = lab({
      preview: async (machine, what) => void (what === 'open' ? open.add(machine) : open.delete(machine)),
      scene: async () => {
        if (!isThere) throw new Error('Resource Manager does not answer');
        return { ...DEFAULT_SCENE, machine: 'vm-app02' };
      },
    });
    await exercises.start('ann', 'outside');
    expect([...open]).toEqual(['vm-app02']);
    isThere = false;
    await exercises.ended();
    expect([...open]).toEqual([]);
  });

  it('takes away what it has put where its start fails after that', async () => {
    const { did, exercises, progress } = lab();
    const { write } = progress;
    progress.write = (all) => {
      if (Object.values(all).some((attempts) => attempts.ssrf?.startedAt)) throw new Error('no space left');
      write(all);
    };
    await expect(exercises.start(TRAINER, 'ssrf')).rejects.toThrow('no space left');
    expect(did.at(-1)).toBe('end');
  });

  it('is not started where the lab does not have what it needs', async () => {
    const { exercises, did, has } = lab();
    await expect(exercises.start(TRAINER, 'claims')).rejects.toMatchObject({ code: 'ExerciseNotReady' });
    expect(did).toEqual([]);
    has.add('vm-app02');
    expect((await exercises.list(TRAINER)).exercises[1]).toMatchObject({ needs: ['vm-app02'], ready: true });
    await exercises.start(TRAINER, 'claims');
  });

  it('is started alone: two at once would undo what the other prepares', async () => {
    const { exercises, did } = lab();
    await Promise.all([exercises.start(TRAINER, 'ssrf'), exercises.start(TRAINER, 'first-token')]);
    expect(did).toEqual(['reset', 'patch {"tenants":[]}', 'end', 'reset', 'patch {"tenants":[]}']);
    await exercises.check(TRAINER, 'first-token', {});
  });

  it('waits for others, and not for too many', async () => {
    const { exercises } = lab();
    const starts = Array.from({ length: 9 }, () => exercises.start(TRAINER, 'first-token'));
    const outcomes = await Promise.allSettled(starts);
    expect(outcomes.map(({ status }) => status)).toEqual([...Array(8).fill('fulfilled'), 'rejected']);
    expect(outcomes.at(-1)).toMatchObject({ reason: { code: 'ExerciseStarting' } });
  });

  it("of a participant resets what is theirs, and leaves the others' alone", async () => {
    const { exercises, did, happened } = lab();
    await exercises.start('ann', 'first-token');
    await exercises.start('ben', 'first-token');
    expect(did.filter((done) => done.startsWith('reset'))).toEqual(['reset ann', 'reset ben']);
    happened('imds');
    expect((await exercises.check('ann', 'first-token', ANSWERS)).passed).toBe(true);
    const stateFor = async (who: string) => (await exercises.list(who)).exercises[0]?.state;
    expect([await stateFor('ann'), await stateFor('ben'), await stateFor(TRAINER)]).toEqual([
      'passed',
      'started',
      'new',
    ]);
  });

  it("ends where the participant's place begins anew, and no other does", async () => {
    const { exercises } = lab();
    await exercises.start('ann', 'first-token');
    await exercises.start('ben', 'first-token');
    const places = { reset: async () => ({ durationMs: 1 }), remove: async () => {} } as unknown as Participants;
    const participants = endingTheirs(places, exercises);
    await participants.reset('ann');
    await expect(exercises.check('ann', 'first-token', {})).rejects.toMatchObject({ code: 'ExerciseNotStarted' });
    await exercises.check('ben', 'first-token', {});
    await participants.remove('ben');
    await expect(exercises.check('ben', 'first-token', {})).rejects.toMatchObject({ code: 'ExerciseNotStarted' });
  });

  it('ends for everybody where the trainer begins anew', async () => {
    const { exercises } = lab();
    await exercises.start('ann', 'first-token');
    await exercises.start(TRAINER, 'first-token');
    await expect(exercises.check('ann', 'first-token', {})).rejects.toMatchObject({ code: 'ExerciseNotStarted' });
  });

  it('is as new after its reset, and the lab with it where it was worked on', async () => {
    const { exercises, happened, did, stateOf } = lab();
    await exercises.start(TRAINER, 'first-token');
    happened('imds');
    await exercises.check(TRAINER, 'first-token', ANSWERS);
    await exercises.reset(TRAINER, 'ssrf');
    expect(did.filter((done) => done === 'reset')).toHaveLength(1);
    await exercises.reset(TRAINER, 'first-token');
    expect([await stateOf('first-token'), did.filter((done) => done === 'reset').length]).toEqual(['new', 2]);
  });

  it('stays passed when it is started again, and is worked on all the same', async () => {
    const { exercises, happened, stateOf } = lab();
    await exercises.start(TRAINER, 'first-token');
    happened('imds');
    await exercises.check(TRAINER, 'first-token', ANSWERS);
    await exercises.start(TRAINER, 'first-token');
    expect(await stateOf('first-token')).toBe('passed');
    expect((await exercises.check(TRAINER, 'first-token', ANSWERS)).passed).toBe(false);
  });

  it('is not started where what it needs could not be made', async () => {
    const { exercises, stateOf } = lab({ azureStatus: 409 });
    await expect(exercises.start(TRAINER, 'tenants')).rejects.toMatchObject({ code: 'ExerciseNotPrepared' });
    expect(await stateOf('tenants')).toBe('new');
    await lab().exercises.start(TRAINER, 'tenants');
  });

  it('goes on after a restart of the portal, from where it was started', async () => {
    const fake = fakeServices();
    const progress: ProgressStore = progressInMemory();
    const before = lab({ progress, fake });
    await before.exercises.start(TRAINER, 'first-token');
    before.exercises.close();
    fake.happened('imds');
    const after = lab({ progress, fake });
    expect((await after.exercises.check(TRAINER, 'first-token', ANSWERS)).passed).toBe(true);
  });
});
