import { AzureError } from '@lab/shared/azure-error.ts';
import type { Exercise, ExerciseLab, Need, Scene, SentRequest } from '../exercises/exercise.ts';
import { EXERCISES } from '../exercises/index.ts';
import { isOfQuiz } from '../quiz/mark.ts';
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
   * Brings the lab, or a participant's part of it, into the state that the exercise begins with. What they were working on
   * before ends; where it is the trainer, so does what everybody was.
   * @throws `not_found` ExerciseNotFound; `conflict` ExerciseNotReady, ExerciseStarting.
   */
  start(who: string, id: string): Promise<Started>;
  /** @throws `not_found` ExerciseNotFound; `conflict` ExerciseNotStarted. */
  check(who: string, id: string, answers: Readonly<Record<string, string>>): Promise<Checked>;
  /** As if it had never been started, and the lab with it where it is the one that is being worked on. */
  reset(who: string, id: string): Promise<void>;
  /** The lab, or a participant's part of it, begins anew for another reason: what was prepared is gone. */
  ended(who?: string): Promise<void>;
  /** What the console sent. */
  sent(request: SentRequest): void;
  close(): void;
};

/** Who has all of the lab. Others are participants, by their names, of which this is none. */
export const TRAINER = 'the trainer';

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
  knownState,
  preview,
  now,
  all = EXERCISES,
}: {
  state: Pick<LabState, 'patch' | 'resources'>;
  events: LabEvents;
  services: Services;
  azure: Azure;
  progress: ProgressStore;
  /** What of all that exercises need this lab has now. */
  available: (who: string) => Promise<ReadonlySet<Need>>;
  scene: (who: string) => Promise<Scene>;
  /** Brings what is theirs into its first state: the whole lab, where that is the trainer's. */
  knownState: (who: string) => Promise<unknown>;
  preview: ExerciseLab['preview'];
  /** ISO 8601, UTC. */
  now: () => string;
  all?: readonly Exercise[];
}): Exercises {
  const open = new Map<string, Open>();

  const exerciseCalled = (id: string): Exercise => {
    const exercise = all.find((one) => one.id === id);
    if (!exercise) throw exerciseNotFound();
    return exercise;
  };
  const labOf = async (who: string): Promise<ExerciseLab> => ({
    scene: await scene(who),
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
  const end = async (...whose: string[]) => {
    const before = progress.read();
    progress.write(withoutStarted(before, whose));
    for (const who of whose) {
      const ending = open.get(who);
      if (!ending) continue;
      const { exercise, gathered } = ending;
      open.delete(who);
      gathered.stop();
      await exercise.end?.({ preview }, attemptOf(before, who, exercise.id).facts ?? {});
    }
  };
  /** What the trainer begins anew is everybody's. */
  const endOf = (who: string) => (who === TRAINER ? end(...new Set([...open.keys(), TRAINER])) : end(who));
  /** One after the other: two at once would undo what the other has prepared. */
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work);
    last = mine.catch(() => {});
    return mine;
  };
  let waiting = 0;
  const alone = async <T>(work: () => Promise<T>): Promise<T> => {
    if (waiting >= MOST_WAITING) throw exerciseStarting();
    waiting += 1;
    return inTurn(work).finally(() => {
      waiting -= 1;
    });
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
      const there = await available(who);
      return {
        exercises: all.map(({ id, needs, asks }) => {
          const { startedAt, passedAt } = attemptOf(progress.read(), who, id);
          return {
            id,
            state: passedAt ? 'passed' : startedAt ? 'started' : 'new',
            ...(startedAt !== undefined && { startedAt }),
            ...(passedAt !== undefined && { passedAt }),
            needs: [...needs],
            missing: needs.filter((need) => !there.has(need)),
            ready: needs.every((need) => there.has(need)),
            asks: [...asks],
          };
        }),
        scene: namesIn(await scene(who)),
      };
    },
    start: async (who, id) => {
      const exercise = exerciseCalled(id);
      return alone(async () => {
        const [startedAt, begun] = [now(), performance.now()];
        const there = await available(who);
        const missing = exercise.needs.filter((need) => !there.has(need));
        if (missing.length > 0) throw exerciseNotReady(missing);
        await endOf(who);
        await knownState(who);
        const facts = await exercise.prepare?.(await labOf(who));
        try {
          const cursor = await cursorNow(services);
          const { passedAt } = attemptOf(progress.read(), who, exercise.id);
          const attempt = { startedAt, cursor, ...(passedAt && { passedAt }), ...(facts && { facts }) };
          progress.write(withAttempt(progress.read(), who, exercise.id, attempt));
          watch(who, exercise, cursor);
        } catch (error) {
          await exercise.end?.({ preview }, facts ?? {}); // nobody would know that it has to be
          throw error;
        }
        return { id: exercise.id, startedAt, durationMs: Math.round(performance.now() - begun) };
      });
    },
    check: async (who, id, answers) => {
      const exercise = exerciseCalled(id);
      const working = open.get(who);
      if (working?.exercise !== exercise) throw exerciseNotStarted();
      const [happened, resources] = await Promise.all([working.gathered.now(), state.resources(undefined)]);
      const attempt = attemptOf(progress.read(), who, exercise.id);
      const findings = exercise.check({
        scene: await scene(who),
        events: happened.filter((event) => !isOfQuiz(event)),
        sent: working.sent,
        resources,
        facts: attempt.facts ?? {},
        answers: trimmed(answers),
      });
      const passed = findings.every((one) => one.passed);
      // What was started again meanwhile is another attempt.
      if (passed && open.get(who) === working && !attempt.passedAt) {
        const done = { ...attempt, passedAt: now() };
        progress.write(withAttempt(progress.read(), who, exercise.id, done));
      }
      return { passed, findings: findings.map((one) => ({ ...one, values: { ...one.values } })) };
    },
    reset: async (who, id) => {
      const exercise = exerciseCalled(id);
      if (open.get(who)?.exercise === exercise) {
        await alone(async () => {
          await endOf(who);
          await knownState(who);
        });
      }
      progress.write(withAttempt(progress.read(), who, exercise.id, {}));
    },
    ended: (who = TRAINER) => inTurn(() => endOf(who)),
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
const MOST_WAITING = 8;

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
    message: 'Too many exercises are being started. Try again when they have been.',
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
