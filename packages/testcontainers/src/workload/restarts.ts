import type { LabClient } from '@managed-identity-lab/client';
import type { StartedTestContainer } from 'testcontainers';

/** Containers of the test that are machines of the lab, by the machine's name. The lab itself cannot restart them. */
export type OwnWorkloads = Map<string, Pick<StartedTestContainer, 'restart' | 'stop'>>;

/**
 * The lab API, which restarts the test's own containers too where it restarts the lab's: when the time has jumped, because
 * SDKs keep tokens by the system's clock. The answer names them like the others.
 *
 * @throws what a container says that does not come back.
 */
export function withRestarts(client: LabClient, workloads: OwnWorkloads): LabClient {
  const alsoOurs = async <Answer>(asked: Promise<Answer>): Promise<Answer> => {
    const answer = await asked;
    const { restartedWorkloads: restarted = [], stuckWorkloads: stuck = [] } = (answer ?? {}) as {
      restartedWorkloads?: readonly string[];
      stuckWorkloads?: readonly string[];
    };
    if (restarted.length + stuck.length === 0) return answer;
    return { ...answer, restartedWorkloads: [...restarted, ...(await restartAll(workloads))] };
  };
  const { clock, state, snapshots } = client;
  return {
    ...client,
    clock: {
      ...clock,
      forward: (seconds) => alsoOurs(clock.forward(seconds)),
      hold: () => alsoOurs(clock.hold()),
      release: () => alsoOurs(clock.release()),
    },
    state: { ...state, reset: () => alsoOurs(state.reset()) },
    snapshots: { ...snapshots, restore: (name) => alsoOurs(snapshots.restore(name)) },
  };
}

async function restartAll(workloads: OwnWorkloads): Promise<string[]> {
  const restarted = await Promise.all(
    [...workloads].map(async ([machine, container]) => {
      try {
        await container.restart();
        return [machine];
      } catch (error) {
        if ((error as { statusCode?: unknown }).statusCode !== 404) throw error;
        workloads.delete(machine); // the test has ended it
        return [];
      }
    }),
  );
  return restarted.flat().sort();
}
