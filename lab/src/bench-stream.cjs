// Runs inside vm-app01: streams a gibibyte to a blob in one request and back, and compares digests. Plain HTTP, because
// what is measured is the service and not an SDK. Prints { up, down (seconds), same }.
const { createHash, randomBytes } = require('node:crypto');
const https = require('node:https');

const SIZE = 1024 ** 3;
const CHUNK = randomBytes(1024 * 1024);
const host = 'stlab.blob.core.windows.net';

async function main() {
  const url =
    'http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fstorage.azure.com';
  const { access_token } = await (await fetch(url, { headers: { Metadata: 'true' } })).json();
  const headers = { authorization: `Bearer ${access_token}`, 'x-ms-version': '2024-11-04' };
  const target = { host, path: '/samples/gibibyte', headers };

  let started = performance.now();
  const sent = createHash('sha256');
  await new Promise((resolve, reject) => {
    const request = https.request(
      { ...target, method: 'PUT', headers: { ...headers, 'x-ms-blob-type': 'BlockBlob', 'content-length': SIZE } },
      (response) => {
        response.resume();
        response.on('end', () =>
          response.statusCode === 201 ? resolve() : reject(new Error(`PUT: ${response.statusCode}`)),
        );
      },
    );
    request.on('error', reject);
    let left = SIZE;
    const write = () => {
      while (left > 0) {
        left -= CHUNK.length;
        CHUNK.writeUInt32LE(left / CHUNK.length, 0);
        const chunk = Buffer.from(CHUNK);
        sent.update(chunk);
        if (!request.write(chunk)) return request.once('drain', write);
      }
      request.end();
    };
    write();
  });
  const up = (performance.now() - started) / 1000;

  started = performance.now();
  const received = createHash('sha256');
  await new Promise((resolve, reject) => {
    https
      .get(target, (response) => {
        response.on('data', (chunk) => received.update(chunk));
        response.on('end', resolve);
        response.on('error', reject);
      })
      .on('error', reject);
  });
  const down = (performance.now() - started) / 1000;
  await new Promise((resolve) =>
    https.request({ ...target, method: 'DELETE' }, (response) => response.resume().on('end', resolve)).end(),
  );
  console.log(JSON.stringify({ up, down, same: sent.digest('hex') === received.digest('hex') }));
}

main();
