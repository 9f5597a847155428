import { setTimeout } from 'node:timers/promises';
import { fabricClient } from '@lab/shared/fabric/client.ts';
import { healthApp } from '@lab/shared/fabric/control-app.ts';
import { listenAll, type RunningService } from '@lab/shared/http/lifecycle.ts';
import type { Log } from '@lab/shared/log.ts';
import { sameText } from '@lab/shared/same-text.ts';
import { announceWhenReady } from './announce.ts';
import { pageApp } from './apps.ts';
import type { Config } from './config.ts';
import { fabricAzure } from './domain/azure.ts';
import { fabricClock } from './domain/clock.ts';
import { eventStreams } from './domain/event-streams.ts';
import { endingExercises, endingTheirs, tellingExercises } from './domain/exercise-hooks.ts';
import { labExercises, TRAINER } from './domain/exercises.ts';
import { fabricFaults } from './domain/faults.ts';
import { flowRuns } from './domain/flow-runs.ts';
import { fabricForge } from './domain/forge.ts';
import { isolationMap } from './domain/isolation/isolation.ts';
import { targetNames } from './domain/isolation/target-names.ts';
import { labEvents } from './domain/lab-events.ts';
import { labFlows } from './domain/lab-flows.ts';
import { labHealth, type Roles } from './domain/lab-health.ts';
import { fabricState } from './domain/lab-state.ts';
import { namingCallers } from './domain/named-callers.ts';
import { needsMet } from './domain/needs.ts';
import { pageSessions } from './domain/page-sessions.ts';
import { keepingParticipants, labParticipants } from './domain/participants.ts';
import { concerns } from './domain/place.ts';
import { labPlaces } from './domain/places.ts';
import { progressInMemory } from './domain/progress.ts';
import { fabricRotations } from './domain/rotations.ts';
import type { EventService } from './domain/services.ts';
import { signIn } from './domain/sign-in.ts';
import { fabricInspection } from './domain/token-inspection.ts';
import { toTopology } from './domain/topology.ts';
import { fabricWhoMay } from './domain/who-may.ts';
import type { Workloads } from './domain/workloads.ts';
import { DEFAULT_SCENE, sceneOf } from './exercises/scene.ts';
import { fabricServices } from './fabric-services.ts';
import { stepFinder } from './quiz/find-step.ts';
import { flowMaker } from './quiz/make-flow.ts';
import { answersInMemory, labQuiz } from './quiz/quiz.ts';
import { labStages } from './quiz/stage.ts';
import { socketWorkloads } from './socket-workloads.ts';
import { loadSpans } from './spans/load.ts';
import { answersFile, progressFile } from './store/progress-file.ts';

/**
 * The portal: what a person looks at.
 *
 * @param options.workloads Default: the agents' sockets. The embedded lab passes its own.
 * @param options.announce  Told one line, once, when every part is ready for the first time.
 * @param options.absent    Services that this lab does without, and `roles`: what it reaches otherwise. The embedded lab.
 */
export async function startPortal(
  config: Config,
  log: Log,
  {
    workloads = socketWorkloads(config.agentSocketsDirectory),
    announce = () => {},
    absent = [],
    roles = {},
  }: {
    workloads?: Workloads;
    announce?: (line: string) => void;
    absent?: readonly EventService[];
    roles?: Roles;
  } = {},
): Promise<RunningService<'page' | 'health'>> {
  const { control, tls, collector, wiring } = config;
  const spansLoaded = collector && (await loadSpans());
  const fabric = fabricClient({ keyPair: tls.fabricKeyPair, ca: tls.fabricCa, origins: control.origins });
  const { machines } = workloads;
  const now = () => new Date().toISOString();
  const asked = fabricServices(fabric, absent);
  const { services, flows } = labFlows(namingCallers(asked, machines));
  const health = labHealth({ services, workloads, absent, roles });
  const runs = flowRuns({ services, workloads, now });
  const streams = eventStreams({ services });
  const faults = fabricFaults(fabric, machineCalled(workloads));
  const events = labEvents(services);
  const everything = fabricState({ fabric, workloads, faults });
  const places = labPlaces({ resources: everything.managed, workloads });
  const state = keepingParticipants(everything, places);
  const forge = fabricForge(fabric);
  const azure = fabricAzure({ fabric, forge, state });
  const exercises = labExercises({
    state,
    events,
    services,
    azure,
    progress: config.progressFile === undefined ? progressInMemory() : progressFile(config.progressFile, log),
    available: async (who) => needsMet(workloads, { isIsolated: wiring !== undefined, place: await places.find(who) }),
    scene: async (who) => {
      const place = await places.find(who);
      return place ? sceneOf(place, await state.managed()) : DEFAULT_SCENE;
    },
    now,
    knownState: async (who) => (who === TRAINER ? state.reset() : participants.reset(who)),
    preview: async (machine, what) => workloads.preview?.(machine, what),
  });
  const findStep = stepFinder({ services, flows });
  const quiz = labQuiz({
    find: async (who, isIt) => {
      const place = await places.find(who);
      return findStep(isIt, place && ((event) => concerns(place, event)));
    },
    stage: labStages({ workloads, places, state, isIsolated: wiring !== undefined }),
    make: flowMaker({ workloads, faults, pause: setTimeout }),
    pause: setTimeout,
    answers: config.answersFile === undefined ? answersInMemory() : answersFile(config.answersFile, log),
  });
  const door = { signIn: signIn({ token: config.apiToken, room: config.room, places }), sessions: pageSessions() };
  const participants = labParticipants({
    fabric,
    state,
    places,
    workloads,
    codeOf: door.signIn.codeOf,
    isSignedIn: door.sessions.isSignedIn,
    passed: async (who) => {
      const { exercises: all } = await exercises.list(who);
      return all.filter((one) => one.state === 'passed').map(({ id }) => id);
    },
  });
  const lab = {
    health,
    runs,
    streams,
    flows,
    events,
    exercises,
    quiz,
    rotations: fabricRotations(fabric),
    clock: fabricClock({ fabric, workloads }),
    forge,
    faults,
    topology: async () =>
      toTopology(
        wiring,
        (await health()).parts.map(({ name }) => name),
      ),
    isolation: isolationMap({ wiring, workloads, names: (place) => targetNames(state, place), now }),
    places,
    door,
    participants: endingTheirs(participants, exercises),
    workloads: tellingExercises(workloads, exercises),
    state: endingExercises(state, exercises),
    inspect: fabricInspection({ fabric, resources: state.resources }),
    azure,
    whoMay: fabricWhoMay({ fabric, state }),
  };
  const spans = collector && spansLoaded?.exportSpans({ streams, collector, log });
  const page = pageApp({ allowedHosts: config.allowedHosts, lab, log });

  const running = await listenAll(
    {
      page: { app: page, address: config.pageListen },
      health: { app: healthApp(() => ({ ready: true })), address: control.health },
    },
    async () => {
      await Promise.all([fabric.close(), workloads.close()]);
    },
  );
  const announcement = announceWhenReady({ health, log, announce, line: READY_LINE + config.publicUrl });
  return {
    ports: running.ports,
    // Together: a question that the announcement waits for ends when the fabric client is closed.
    close: async () => {
      await spans?.close();
      exercises.close();
      await Promise.all([streams.close(), announcement.close(), running.close()]);
    },
  };
}

/** The host name of a machine, by what the lab API calls it. */
const machineCalled =
  ({ machines }: Workloads) =>
  async (workload: string): Promise<string | undefined> =>
    (await machines?.())?.find((machine) => sameText(machine.workload, workload))?.name;

const READY_LINE = 'The managed identity lab is ready: ';
