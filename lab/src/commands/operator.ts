import { OperatorCredentials } from '@lab/shared/lab/lab-state.ts';
import { composeArgs, listContainers } from '../docker/compose.ts';
import { readJson } from '../docker/engine.ts';
import { capture } from '../processes.ts';

/**
 * With what the operator of each tenant signs in. Only `pki` can read the file, so a container of it does, without a network
 * and for a moment; nothing keeps what is printed here.
 */
export async function operator({ json = false, tenant }: { json?: boolean; tenant?: string }): Promise<number> {
  // A container that never was would be made here, with an empty volume.
  if ((await listContainers()).length === 0) {
    console.error('The lab has not been started yet, and has no operator. Start it: npm start');
    return 1;
  }
  const reading = ['run', '--rm', '--no-deps', '--no-TTY', '--entrypoint', 'cat', 'pki'];
  const { stdout, stderr } = await capture(
    'docker',
    composeArgs(['--progress', 'quiet', ...reading, '/var/lib/lab/operator/credentials.json']),
  );
  const all = readJson(OperatorCredentials, stdout);
  if (!all) {
    console.error(
      `The operator's credentials could not be read. Start the lab again: npm start\n${stderr.trim()}`.trim(),
    );
    return 1;
  }
  const wanted = all.filter(({ tenantId, tenantName }) => [undefined, tenantId, tenantName].includes(tenant));
  if (wanted.length === 0) {
    console.error(`There is no tenant ${tenant}. There are: ${all.map(({ tenantName }) => tenantName).join(', ')}`);
    return 1;
  }
  console.log(json ? JSON.stringify(wanted, null, 2) : wanted.map(describeOperator).join('\n\n'));
  return 0;
}

/** For people, and to be copied from. */
export const describeOperator = ({
  tenantId,
  tenantName,
  clientId,
  clientSecret,
  subscriptions,
}: Pick<OperatorCredentials[number], 'tenantId' | 'tenantName' | 'clientId' | 'clientSecret'> & {
  readonly subscriptions: readonly { readonly subscriptionId: string; readonly name: string }[];
}): string =>
  [
    `operator of ${tenantName}, Owner of ${subscriptions.length === 0 ? 'no subscription' : 'its subscriptions'}`,
    `  tenant         ${tenantId}`,
    `  client id      ${clientId}`,
    `  client secret  ${clientSecret}`,
    ...subscriptions.map(({ subscriptionId, name }) => `  subscription   ${subscriptionId}  ${name}`),
  ].join('\n');
