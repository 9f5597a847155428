import { ManagedIdentityCredential } from '@azure/identity';
import { silentLog } from '@lab/shared/log.ts';
import { expect, it, onTestFinished, vi } from 'vitest';
import { fakeLab } from './fake-lab.ts';
import { startImds } from './service.ts';
import { user, virtualMachine } from './testing.ts';

// The SDK chooses its source once per process, so this file has only this test.
it('gives the real ManagedIdentityCredential a token where IDENTITY_ENDPOINT and IDENTITY_HEADER are set', async () => {
  const { config, publish, asked, close } = await fakeLab();
  const { sourceAddress: _, ...machine } = virtualMachine();
  publish(machine);
  const secretOf = () => 'identity-header';
  const service = await startImds({ ...config, appService: { secretOf } }, silentLog);
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await service.close();
    close();
  });
  vi.stubEnv('IDENTITY_ENDPOINT', `http://127.0.0.1:${service.ports.appService}/msi/token`);
  vi.stubEnv('IDENTITY_HEADER', 'identity-header');
  await vi.waitFor(async () => expect((await fetch(`http://127.0.0.1:${service.ports.health}/`)).status).toBe(200), {
    timeout: 5_000,
    interval: 10,
  });

  const scope = 'https://vault.azure.net/.default';
  const own = await new ManagedIdentityCredential().getToken(scope);
  expect(own.token.split('.')).toHaveLength(3);
  expect(Math.abs(own.expiresOnTimestamp - Date.now() - 86_400_000)).toBeLessThan(60_000);
  await new ManagedIdentityCredential({ clientId: user.clientId }).getToken(scope);
  await new ManagedIdentityCredential({ objectId: user.principalId }).getToken(scope);
  await new ManagedIdentityCredential({ resourceId: user.resourceId }).getToken(scope);
  expect(asked.map((form) => form.get('resource'))).toEqual(['https://vault.azure.net', 'https://vault.azure.net']);

  const unknown = new ManagedIdentityCredential({ clientId: '00000000-0000-4000-8000-000000000000' });
  await expect(unknown.getToken(scope)).rejects.toThrow(/No User Assigned or Delegated Managed Identity found/);
});
