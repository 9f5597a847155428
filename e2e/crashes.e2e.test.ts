/** A killed service loses nothing that it had acknowledged, and the lab heals by Compose's restart policy alone. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  docker,
  eventually,
  killNode,
  type Lab,
  type LabAnswer,
  PROJECT,
  runProgram,
  startLab,
  tokenOf,
} from './lab.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await startLab({ variant: 'tests' });
});
afterAll(() => lab?.down());

/** More than are in flight at a time, so that the kill finds some done, some under way and some to come. */
const WRITES = 1_000;
const PARALLEL = 50;
const VAULT = 'https://kv-lab.vault.azure.net/secrets';
const CONTAINER = 'https://stlab.blob.core.windows.net/samples';

type Tokens = { readonly vault: string; readonly storage: string };
type Write = { readonly url: string; readonly isSecret: boolean; readonly content: string };

const writesOf = (round: string): Write[] =>
  Array.from({ length: WRITES }, (_, index) => {
    const isSecret = index % 2 === 0;
    const name = `crash-${round}-${index}`;
    return {
      url: isSecret ? `${VAULT}/${name}?api-version=7.4` : `${CONTAINER}/${name}`,
      isSecret,
      content: `${name} `.repeat(200),
    };
  });

const headersOf = ({ isSecret }: Write, { vault, storage }: Tokens): Record<string, string> =>
  isSecret
    ? { authorization: `Bearer ${vault}`, 'content-type': 'application/json' }
    : { authorization: `Bearer ${storage}`, 'x-ms-version': '2024-11-04', 'x-ms-blob-type': 'BlockBlob' };

const put = (writes: readonly Write[], tokens: Tokens) =>
  lab.send(
    'tester',
    writes.map((write) => ({
      url: write.url,
      method: 'PUT',
      headers: headersOf(write, tokens),
      body: write.isSecret ? JSON.stringify({ value: write.content }) : write.content,
    })),
    PARALLEL,
  );

const contentOf = (write: Write, answer: LabAnswer | undefined): string | undefined => {
  if (answer?.status !== 200) return undefined;
  return write.isSecret ? JSON.parse(answer.body).value : answer.body;
};

const restarts = async (service: string) =>
  Number(await docker('inspect', '--format', '{{.RestartCount}}', `${PROJECT}-${service}-1`));

const flowWorks = async () => {
  const { steps } = await runProgram(lab, 'app');
  return steps.length > 0 && steps.every(({ outcome }) => outcome === 'succeeded');
};

describe.each(['keyvault', 'blob', 'entra', 'arm', 'imds', 'app', 'portal'])(
  '%s killed during 50 parallel writes',
  (service) => {
    it.each([1, 2, 3])(
      'round %i: every write that was acknowledged is read back, and the flow works within 10 s',
      async (round) => {
        const tokens = {
          vault: await tokenOf(lab, 'https://vault.azure.net'),
          storage: await tokenOf(lab, 'https://storage.azure.com'),
        };
        const before = await restarts(service);
        const writes = writesOf(`${service}-${round}`);
        const writing = put(writes, tokens);
        // Somewhere in the middle: the first rounds die early in the writes, later ones later.
        await new Promise((resolve) => setTimeout(resolve, 400 + 100 * round));
        await killNode(lab, service);
        const killedAt = Date.now();
        const answers = await writing;
        await eventually(flowWorks, 10_000, `the flow after ${service} was killed`);
        expect(Date.now() - killedAt).toBeLessThan(10_000);
        expect(await restarts(service)).toBeGreaterThan(before);

        const acknowledged = writes.filter((_, index) => Math.floor((answers[index]?.status ?? 0) / 100) === 2);
        const read = await lab.send(
          'tester',
          acknowledged.map((write) => ({ url: write.url, headers: headersOf(write, tokens) })),
          8,
        );
        expect(read.map((answer, index) => contentOf(acknowledged[index] as Write, answer))).toEqual(
          acknowledged.map(({ content }) => content),
        );
        expect(acknowledged.length).toBeGreaterThan(0);
        if (service === 'keyvault' || service === 'blob') expect(acknowledged.length).toBeLessThan(WRITES);
        expect(answers.map(({ status }) => status).filter((status) => status === 500)).toEqual([]);
      },
    );
  },
);
