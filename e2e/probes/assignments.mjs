// Runs inside a container, given to `node --input-type=module -e`. Writes role assignments, all at once, and asks the data
// plane about each as soon as its write is answered.
// Plan, on standard input: { armToken, vaultToken, roleDefinitionId, principalId, count, vaultId, vaultUrl }
// Answers: { granted, revoked, listed }; granted and revoked have for each write { status, decided, ms, wrong }:
//   decided  whether the data plane decided by it in the end, and `ms` how long after the write's answer that was asked
//   wrong    how many decisions before that still went by what was
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import https from 'node:https';

const { armToken, vaultToken, roleDefinitionId, principalId, count, vaultId, vaultUrl } = JSON.parse(
  readFileSync(0, 'utf8'),
);
const agent = new https.Agent({ keepAlive: true, maxSockets: 256 });

function send(method, url, token, body) {
  return new Promise((resolve) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = { authorization: `Bearer ${token}`, ...(text && { 'content-type': 'application/json' }) };
    const request = https.request(url, { method, headers, agent, timeout: 20_000 }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode, body: Buffer.concat(chunks).toString() }));
      response.on('error', (error) => resolve({ status: error.code }));
    });
    request.on('timeout', () => request.destroy(Object.assign(new Error('timeout'), { code: 'TIMEOUT' })));
    request.on('error', (error) => resolve({ status: error.code }));
    request.end(text);
  });
}

const ARM = 'https://management.azure.com';
const VERSION = 'api-version=2022-04-01';
const writes = Array.from({ length: count }, (_, index) => {
  const scope = `${vaultId}/secrets/concurrent-${index}`;
  const id = `${scope}/providers/Microsoft.Authorization/roleAssignments/${randomUUID()}`;
  return { scope, id, secret: `${vaultUrl}/secrets/concurrent-${index}?api-version=7.4` };
});
// 404: it may be read, and is not there. 403: it may not.
const ALLOWED = 404;
const REFUSED = 403;

/** `ms`: how long after the write's answer the first request was sent that was decided by it. */
async function decidedAs(secret, wanted) {
  const answeredAt = performance.now();
  for (let wrong = 0; ; wrong += 1) {
    const ms = Math.round(performance.now() - answeredAt);
    const { status } = await send('GET', secret, vaultToken);
    if (status === wanted) return { decided: true, ms, wrong };
    if (ms > 5_000) return { decided: false, ms, wrong, last: status };
  }
}

const grant = async ({ id, secret }) => {
  const properties = { roleDefinitionId, principalId, principalType: 'ServicePrincipal' };
  const { status } = await send('PUT', `${ARM}${id}?${VERSION}`, armToken, { properties });
  return { status, ...(await decidedAs(secret, ALLOWED)) };
};
const readBack = async ({ id }) => {
  const { status, body } = await send('GET', `${ARM}${id}?${VERSION}`, armToken);
  return status === 200 && JSON.parse(body).id === id;
};
const revoke = async ({ id, secret }) => {
  const { status } = await send('DELETE', `${ARM}${id}?${VERSION}`, armToken);
  return { status, ...(await decidedAs(secret, REFUSED)) };
};

// Reads among the writes: none of them may fail, whatever they see.
const reading = Promise.all(
  Array.from({ length: count }, () =>
    send('GET', `${ARM}${vaultId}/providers/Microsoft.Authorization/roleAssignments?${VERSION}`, armToken),
  ),
);
const granted = await Promise.all(writes.map(grant));
const reads = (await reading).map(({ status }) => status);
const readable = await Promise.all(writes.map(readBack));
const listed = JSON.parse(
  (
    await send(
      'GET',
      `${ARM}${vaultId}/providers/Microsoft.Authorization/roleAssignments?${VERSION}&$filter=principalId%20eq%20'${principalId}'`,
      armToken,
    )
  ).body,
).value.map(({ id }) => id);
const revoked = await Promise.all(writes.map(revoke));
agent.destroy();
process.stdout.write(
  JSON.stringify({
    granted,
    revoked,
    reads,
    readable,
    missing: writes.filter(({ id }) => !listed.includes(id)).length,
  }),
);
