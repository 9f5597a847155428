import { badParameter } from './secret-failures.ts';

const LATEST_API_VERSION = '2026-04-01';

/** `7.x`, its previews, and dates with or without `-preview`: an allow-list would end before the next SDK. */
const NUMBERED = /^7\.\d{1,2}(-preview(\.\d{1,2})?)?$/;
const DATED = /^(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))(-preview)?$/;

/**
 * Every request names the version of the API it was written for; there is no default. The lab answers all alike.
 * @throws BadParameter.
 */
export function checkApiVersion(version: string | undefined): void {
  if (!version) throw badParameter('api-version must be specified');
  const [, date] = DATED.exec(version) ?? [];
  if (NUMBERED.test(version) || (date !== undefined && date >= '2015-06-01' && date <= LATEST_API_VERSION)) return;
  throw badParameter(
    `The specified version (${version.slice(0, 64)}) is not recognized. ` +
      `Consider using the latest supported version (${LATEST_API_VERSION}).`,
  );
}
