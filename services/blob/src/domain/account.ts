import type { ResourceOf } from '@lab/shared/feed/resources.ts';
import type { Expectation } from '@lab/shared/tokens/claims.ts';

/** A storage account as Resource Manager describes it. */
export type Account = ResourceOf<'storageAccount'>;

export type Accounts = {
  /** @param id ARM id, in any case. */
  find(id: string): Account | undefined;
  findByHost(host: string): Account | undefined;
  findByName(name: string): Account | undefined;
};

/**
 * What a token for this account has to say. The audience names Storage as a whole, by either spelling or by its
 * application id, or this one account. Slash and no slash are both told out loud, since nothing else is normalised.
 */
export const expectationOf = (account: Account): Expectation => ({
  tenantId: account.tenantId,
  audiences: [
    'https://storage.azure.com',
    'https://storage.azure.com/',
    'e406a681-f3d4-42a8-90b6-c2b029497af1',
    `https://${account.host}`,
    `https://${account.host}/`,
  ],
});

/** The id that role assignments on a container are made at. It need not exist. */
export const containerIdOf = (account: Account, container: string): string =>
  `${account.resourceId}/blobServices/default/containers/${container}`;
