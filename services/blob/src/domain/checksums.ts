import { isBase64 } from './block.ts';
import { invalidHeader, refuse } from './failures.ts';

/** What was received, computed while it streamed. All in base64. */
export type Digests = { readonly size: number; readonly md5: string; readonly crc64: string };

/** What a request says its body must hash to. */
export type ExpectedDigests = { readonly md5?: string; readonly crc64?: string };

/** @throws InvalidMd5, InvalidHeaderValue, BothCrc64AndMd5HeaderPresent */
export function parseExpectedDigests(header: (name: string) => string | undefined): ExpectedDigests {
  const md5 = header('Content-MD5');
  const crc64 = header('x-ms-content-crc64');
  if (md5 !== undefined && crc64 !== undefined) throw refuse('BothCrc64AndMd5HeaderPresent');
  if (md5 !== undefined) return { md5: checkMd5(md5) };
  if (crc64 === undefined) return {};
  if (!isBase64(crc64) || Buffer.from(crc64, 'base64').length !== 8) throw invalidHeader('x-ms-content-crc64', crc64);
  return { crc64 };
}

/** @throws InvalidMd5 for what is not the base64 form of 16 bytes. */
export function checkMd5(value: string): string {
  if (!isBase64(value) || Buffer.from(value, 'base64').length !== 16) throw refuse('InvalidMd5');
  return value;
}

/** @throws Md5Mismatch, Crc64Mismatch */
export function checkDigests(expected: ExpectedDigests, received: Digests): void {
  if (expected.md5 !== undefined && expected.md5 !== received.md5) {
    throw refuse('Md5Mismatch', { UserSpecifiedMd5: expected.md5, ServerCalculatedMd5: received.md5 });
  }
  if (expected.crc64 !== undefined && expected.crc64 !== received.crc64) {
    throw refuse('Crc64Mismatch', { UserSpecifiedCrc64: expected.crc64, ServerCalculatedCrc64: received.crc64 });
  }
}
