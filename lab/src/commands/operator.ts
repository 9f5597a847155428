import { OperatorCredentials } from '@lab/shared/lab/lab-state.ts';
import { readJson } from '../docker/engine.ts';
import { readState } from '../docker/state.ts';

/** With what the operator of each tenant signs in. */
export async function operator({ json = false, tenant }: { json?: boolean; tenant?: string }): Promise<number> {
  const read = await readState('cat operator/credentials.json');
  if (!read) {
    console.error('The lab has not been started yet, and has no operator. Start it: npm start');
    return 1;
  }
  const all = readJson(OperatorCredentials, read.stdout);
  if (!all) {
    console.error(
      `The operator's credentials could not be read. Start the lab again: npm start\n${read.stderr.trim()}`.trim(),
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
