import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startLab } from '@managed-identity-lab/embedded';
import { readConnectionString } from './settings.js';

/** The vault's name does not end as in Azure, which this client would refuse. */
const vaultOptions = { disableChallengeResourceVerification: true };

let lab;
let leave;
beforeAll(async () => {
  lab = await startLab();
  leave = lab.actAs('vm-app01');
}, 60_000);
afterAll(async () => {
  leave();
  await lab.close();
});

test('settings come from the vault that the machine may read', async () => {
  expect(await readConnectionString(lab.vaultUrls['kv-lab'], vaultOptions)).toMatch(/^Server=tcp:sql-lab/);
});

test("settings do not come from another tenant's vault", async () => {
  await expect(readConnectionString(lab.vaultUrls['kv-fabrikam'], vaultOptions)).rejects.toMatchObject({
    statusCode: 401,
  });
});
