import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startLab } from '@managed-identity-lab/embedded';
import { readConnectionString } from './settings.js';

/** The vault's name does not end as in Azure, which this client would refuse. */
const vaultOptions = { disableChallengeResourceVerification: true };

describe('settings', () => {
  let lab;
  let leave;
  before(async () => {
    lab = await startLab();
    leave = lab.actAs('vm-app01');
  });
  after(async () => {
    leave();
    await lab.close();
  });

  it('come from the vault that the machine may read', async () => {
    assert.match(await readConnectionString(lab.vaultUrls['kv-lab'], vaultOptions), /^Server=tcp:sql-lab/);
  });

  it("do not come from another tenant's vault", async () => {
    await assert.rejects(readConnectionString(lab.vaultUrls['kv-fabrikam'], vaultOptions), { statusCode: 401 });
  });
});
