import type { Clock } from '@lab/shared/clock.ts';
import type { Assignments } from '@lab/shared/policy/assignments.ts';
import { MOST_REPORTS, reportOn, type TokenReport } from '@lab/shared/tokens/token-reports.ts';
import type { VerifyToken } from '@lab/shared/tokens/verify.ts';
import { type Account, expectationOf } from './account.ts';
import { badToken } from './authenticate.ts';
import { authorize } from './authorize.ts';
import { conditionAttributes } from './condition-attributes.ts';
import { dataAction, type Operation } from './operation.ts';

/** What a client of today sends. */
const VERSION = '2025-07-05';

/** Wherever in the account a blob lies: asked at the account, so that a role on one container alone is not enough. */
const GET_ANY_BLOB: Operation = {
  name: 'GetBlob',
  methods: ['GET'],
  level: 'blob',
  rights: dataAction('read'),
  scope: 'account',
};

/** What each storage account would say to this token, and to its caller who wants to get any of its blobs. */
export function tokenReports({
  accounts,
  verifyToken,
  assignments,
  clock,
}: {
  accounts: () => readonly Account[];
  verifyToken: VerifyToken;
  assignments: Assignments;
  clock: Clock;
}): (token: string) => Promise<{ reports: TokenReport[] }> {
  const report = (token: string, account: Account) =>
    reportOn({
      resource: account.name,
      audience: 'https://storage.azure.com',
      judge: () => verifyToken(token, expectationOf(account)),
      refuse: (failure) => badToken(VERSION, failure.message),
      decide: (caller) => {
        const operation = GET_ANY_BLOB;
        const nothing = { query: { get: () => undefined, repeated: [] }, header: () => undefined };
        const attributes = conditionAttributes({
          ...nothing,
          ...{ account, operation, container: '', blob: '', storedTags: () => undefined, sentTags: undefined },
          now: clock.now(),
        });
        const asked = { caller, account, container: undefined, operation, attributes, subOperations: [] };
        return authorize({ ...asked, blobExists: () => true }, assignments);
      },
    });
  return async (token) => ({
    reports: await Promise.all(
      accounts()
        .slice(0, MOST_REPORTS)
        .map((account) => report(token, account)),
    ),
  });
}
