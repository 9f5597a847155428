/** A program of somebody's own: asks IMDS with its very first statement, and then serves what its identity can read. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const IMDS = 'http://169.254.169.254/metadata';
const ask = async (path) => (await fetch(`${IMDS}${path}`, { headers: { Metadata: 'true' } })).json();
const compute = await ask('/instance/compute?api-version=2021-02-01').catch((error) => ({ name: `${error.cause}` }));

const pages = {
  '/first': async () => compute.name,
  '/routes': async () => readFileSync('/proc/net/route', 'utf8'),
  '/privileges': async () => readFileSync('/proc/self/status', 'utf8'),
  '/secret': async () => {
    const { access_token } = await ask(
      '/identity/oauth2/token?api-version=2018-02-01&resource=https://vault.azure.net',
    );
    const url = 'https://kv-lab.vault.azure.net/secrets/ConnectionString?api-version=7.6';
    const answer = await fetch(url, { headers: { Authorization: `Bearer ${access_token}` } });
    return { status: answer.status, body: await answer.json() };
  },
};
createServer(async ({ url }, res) => {
  const answer = await pages[url]?.().catch((error) => ({ error: `${error.cause ?? error}` }));
  res.end(JSON.stringify(answer ?? null));
}).listen(3000);
