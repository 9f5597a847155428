import { AzureError } from '@lab/shared/azure-error.ts';
import type { Exercise, ExerciseLab, Need, Scene, SentRequest } from '../exercises/exercise.ts';
import { EXERCISES } from '../exercises/index.ts';
import type { Azure } from './azure.ts';
import type { Checked, ExerciseList, Started } from './exercise-bodies.ts';
import { cursorNow, type GatheredEvents, gatherEvents } from './gathered-events.ts';
import type { LabEvents } from './lab-events.ts';
import type { LabState } from './lab-state.ts';
import { attemptOf, type ProgressStore, withAttempt, withoutStarted } from './progress.ts';
import type { Services } from './services.ts';

export type Exercises = {
  list(who: string): Promise<ExerciseList>;
  /**
   * Brings the lab into the state that the exercise begins with. Whoever else was working on one is not any more.
   * @throws `not_found` ExerciseNotFound; `conflict` ExerciseNotReady, ExerciseStarting.
   */
  start(who: string, id: string): Promise<Started>;
  /** @throws `not_found` ExerciseNotFound; `conflict` ExerciseNotStarted. */
  check(who: string, id: string, answers: Readonly<Record<string, string>>): Promise<Checked>;
  /** As if it had never been started, and the lab with it where it is the one that is being worked on. */
  reset(who: string, id: string): Promise<void>;
  /** The lab begins anew for another reason: what was prepared is gone. */
  ended(): Promise<void>;
  /** What the console sent. */
  sent(request: SentRequest): void;
  close(): void;
};

/** Who works alone with the lab. */
export const TRAINER = 'trainer';

type Open = { readonly exercise: Exercise; readonly gathered: GatheredEvents; readonly sent: SentRequest[] };

/** Who is how far with which exercise, and whether it is done. */
export function labExercises({
  state,
  events,
  services,
  azure,
  progress,
  available,
  scene,
  preview,
  now = () => new Date(),
  all = EXERCISES,
}: {
  state: Pick<LabState, 'reset' | 'patch' | 'resources'>;
  events: LabEvents;
  services: Services;
  azure: Azure;
  progress: ProgressStore;
  /** What of all that exercises need this lab has now. */
  available: () => Promise<ReadonlySet<Need>>;
  scene: (who: string) => Scene;
  preview: ExerciseLab['preview'];
  now?: () => Date;
  all?: readonly Exercise[];
}): Exercises {
  const open = new Map<string, Open>();
  let starting = false;

  const exerciseCalled = (id: string): Exercise => {
    const exercise = all.find((one) => one.id === id);
    if (!exercise) throw exerciseNotFound();
    return exercise;
  };
  const labOf = (who: string): ExerciseLab => ({
    scene: scene(who),
    apply: (partialLab) => state.patch(JSON.stringify(partialLab)),
    resources: (kind) => state.resources(kind),
    preview,
    azure: async (request) => {
      const { status, body } = await azure.ask(request);
      if (status >= 400) throw notPrepared(status);
      return body;
    },
  });
  const watch = (who: string, exercise: Exercise, cursor: string) => {
    open.get(who)?.gathered.stop();
    open.set(who, { exercise, gathered: gatherEvents({ events, cursor }), sent: [] });
  };
  const endAll = async () => {
    const ending = [...open];
    open.clear();
    progress.write(withoutStarted(progress.read()));
    for (const [who, { exercise, gathered }] of ending) {
      gathered.stop();
      await exercise.end?.(labOf(who));
    }
  };
  /** One at a time: two would undo what the other has prepared. */
  const alone = async <T>(work: () => Promise<T>): Promise<T> => {
    if (starting) throw exerciseStarting();
    starting = true;
    try {
      return await work();
    } finally {
      starting = false;
    }
  };

  // Of before a restart of the portal.
  for (const [who, attempts] of Object.entries(progress.read())) {
    for (const exercise of all) {
      const { startedAt, cursor } = attempts[exercise.id] ?? {};
      if (startedAt !== undefined && cursor !== undefined) watch(who, exercise, cursor);
    }
  }

  return {
    list: async (who) => {
      const there = await available();
      return {
        exercises: all.map(({ id, needs, asks }) => {
          const { startedAt, passedAt } = attemptOf(progress.read(), who, id);
          return {
            id,
            state: passedAt ? 'passed' : startedAt ? 'started' : 'new',
            ...(startedAt !== undefined && { startedAt }),
            ...(passedAt !== undefined && { passedAt }),
            needs: [...needs],
            ready: needs.every((need) => there.has(need)),
            asks: [...asks],
          };
        }),
        scene: namesIn(scene(who)),
      };
    },
    start: (who, id) =>
      alone(async () => {
        const exercise = exerciseCalled(id);
        const begun = now();
        const there = await available();
        const missing = exercise.needs.filter((need) => !there.has(need));
        if (missing.length > 0) throw exerciseNotReady(missing);
        await endAll();
        await state.reset();
        const facts = await exercise.prepare?.(labOf(who));
        const cursor = await cursorNow(services);
        const startedAt = begun.toISOString();
        const { passedAt } = attemptOf(progress.read(), who, exercise.id);
        const attempt = { startedAt, cursor, ...(passedAt && { passedAt }), ...(facts && { facts }) };
        progress.write(withAttempt(progress.read(), who, exercise.id, attempt));
        watch(who, exercise, cursor);
        return { id: exercise.id, startedAt, durationMs: now().getTime() - begun.getTime() };
      }),
    check: async (who, id, answers) => {
      const exercise = exerciseCalled(id);
      const working = open.get(who);
      if (working?.exercise !== exercise) throw exerciseNotStarted();
      const [happened, resources] = await Promise.all([working.gathered.now(), state.resources(undefined)]);
      const attempt = attemptOf(progress.read(), who, exercise.id);
      const findings = exercise.check({
        scene: scene(who),
        events: happened,
        sent: working.sent,
        resources,
        facts: attempt.facts ?? {},
        answers: trimmed(answers),
      });
      const passed = findings.every((one) => one.passed);
      // What was started again meanwhile is another attempt.
      if (passed && open.get(who) === working && !attempt.passedAt) {
        const done = { ...attempt, passedAt: now().toISOString() };
        progress.write(withAttempt(progress.read(), who, exercise.id, done));
      }
      return { passed, findings: findings.map((one) => ({ ...one, values: { ...one.values } })) };
    },
    reset: async (who, id) => {
      const exercise = exerciseCalled(id);
      if (open.get(who)?.exercise === exercise) {
        await alone(async () => {
          await endAll();
          await state.reset();
        });
      }
      progress.write(withAttempt(progress.read(), who, exercise.id, {}));
    },
    ended: endAll,
    sent: (request) => {
      for (const { sent } of open.values()) {
        sent.push(request);
        if (sent.length > MOST_SENT) sent.shift();
      }
    },
    close: () => {
      for (const { gathered } of open.values()) gathered.stop();
    },
  };
}

const MOST_SENT = 500;

const trimmed = (answers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(answers).map(([asked, answer]) => [asked, answer.trim()]));

const namesIn = (scene: Scene): Record<string, string> =>
  Object.fromEntries(Object.entries(scene).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));

const exerciseNotFound = () =>
  new AzureError({ kind: 'not_found', code: 'ExerciseNotFound', message: 'There is no such exercise in this lab.' });

const exerciseNotReady = (missing: readonly string[]) =>
  new AzureError({
    kind: 'conflict',
    code: 'ExerciseNotReady',
    message: `This lab does not have what the exercise needs: ${missing.join(', ')}.`,
  });

const exerciseStarting = () =>
  new AzureError({
    kind: 'conflict',
    code: 'ExerciseStarting',
    message: 'An exercise is being started already. Try again when it has been.',
  });

const notPrepared = (status: number) =>
  new AzureError({
    kind: 'unavailable',
    code: 'ExerciseNotPrepared',
    message: `What the exercise needs could not be made: Azure answered ${status}.`,
  });

const exerciseNotStarted = () =>
  new AzureError({
    kind: 'conflict',
    code: 'ExerciseNotStarted',
    message: 'The exercise has not been started, or the lab has begun anew since.',
  });
