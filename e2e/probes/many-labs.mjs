/**
 * Labs one after another in one process, each used a little, and what is left of them: run with --expose-gc. Prints JSON.
 */
import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { startLab } from '@managed-identity-lab/embedded';

const labs = Number(process.argv[2]);
/** What the first ones leave is code that was compiled, and buffers that are used again. */
const WARM_UP = 10;

const openFiles = () => (process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0);
const settled = async () => {
  await sleep(50);
  for (let round = 0; round < 3; round += 1) globalThis.gc();
  return { heapUsed: process.memoryUsage().heapUsed, openFiles: openFiles() };
};

const starts = [];
let before;
for (let index = 0; index < labs; index += 1) {
  if (index === WARM_UP) before = await settled();
  const cpu = process.cpuUsage();
  const began = performance.now();
  const lab = await startLab();
  const { user, system } = process.cpuUsage(cpu);
  starts.push({ wallMs: performance.now() - began, cpuMs: (user + system) / 1_000 });
  const { IDENTITY_ENDPOINT, IDENTITY_HEADER } = lab.environment;
  const query = 'api-version=2019-08-01&resource=https://vault.azure.net';
  const token = await fetch(`${IDENTITY_ENDPOINT}?${query}`, { headers: { 'X-IDENTITY-HEADER': IDENTITY_HEADER } });
  const { access_token } = await token.json();
  const restore = lab.actAs();
  const secret = await fetch(`${lab.vaultUrls['kv-lab']}/secrets/ConnectionString?api-version=7.4`, {
    headers: { authorization: `Bearer ${access_token}` },
  });
  await secret.arrayBuffer();
  if (secret.status !== 200) throw new Error(`lab ${index}: the vault answered ${secret.status}`);
  restore();
  await lab.api.health();
  await lab.close();
}
const after = await settled();
await sleep(4_500); // the global fetch of this program keeps its connections for four seconds
console.log(JSON.stringify({ starts, before, after, resources: process.getActiveResourcesInfo() }));
