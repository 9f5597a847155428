import { type EmbeddedLab, startLab, useLab } from '@managed-identity-lab/embedded';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConnectionString } from './settings.ts';

/** The vault's name does not end as in Azure, which this client would refuse. */
const vaultOptions = { disableChallengeResourceVerification: true };

let lab: EmbeddedLab;
let leave: () => void;
beforeAll(async () => {
  lab = await startLab();
  leave = useLab(lab);
}, 60_000);
afterAll(async () => {
  leave();
  await lab.close();
});

const vaultUrl = (name: string): string => lab.vaultUrls[name] ?? '';

test('settings come from the vault that the machine may read', async () => {
  expect(await readConnectionString(vaultUrl('kv-lab'), vaultOptions)).toMatch(/^Server=tcp:sql-lab/);
});

test("settings do not come from another tenant's vault", async () => {
  await expect(readConnectionString(vaultUrl('kv-fabrikam'), vaultOptions)).rejects.toMatchObject({ statusCode: 401 });
});
