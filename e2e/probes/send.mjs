// Runs inside a container, given to `node --input-type=module -e`. Sends the requests of a plan and prints the answers.
// Plan, on standard input: { requests: [{ url, method?, headers?, body?, as?, count?, connectTo? }], concurrency? }
//   as         a service whose fabric certificate to present: /state/<as>/tls
//   connectTo  host to connect to instead of the URL's
// Answers: [{ status, headers, body, ms } | { error, ms }], in the order of the requests.
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';

const plan = JSON.parse(readFileSync(0, 'utf8'));

function send({ url, method = 'GET', headers = {}, body, as, connectTo }) {
  const started = performance.now();
  const ms = () => Math.round((performance.now() - started) * 10) / 10;
  return new Promise((resolve) => {
    const { protocol, hostname, port, pathname, search } = new URL(url);
    const path = url.slice(url.indexOf(hostname) + hostname.length).replace(/^:\d+/, '') || pathname + search;
    const tls = `/state/${as}/tls`;
    const client = as && {
      cert: readFileSync(`${tls}/fabric.pem`),
      key: readFileSync(`${tls}/fabric.key`),
      ca: readFileSync(`${tls}/fabric-ca.pem`),
    };
    const options = {
      hostname: connectTo ?? hostname,
      servername: hostname,
      port,
      path,
      method,
      timeout: 20000,
      ...client,
    };
    options.headers = { host: port ? `${hostname}:${port}` : hostname, ...headers };
    if (body !== undefined) options.headers['content-length'] = Buffer.byteLength(body);
    const request = (protocol === 'https:' ? https : http).request(options, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', (error) => resolve({ error: error.code ?? error.message, ms: ms() }));
      response.on('end', () =>
        resolve({
          status: response.statusCode,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
          ms: ms(),
        }),
      );
    });
    request.on('timeout', () => request.destroy(Object.assign(new Error('timeout'), { code: 'TIMEOUT' })));
    request.on('error', (error) => resolve({ error: error.code ?? error.message, ms: ms() }));
    request.end(body);
  });
}

const requests = plan.requests.flatMap((request) => Array.from({ length: request.count ?? 1 }, () => request));
const answers = new Array(requests.length);
let next = 0;
const worker = async () => {
  while (next < requests.length) {
    const index = next++;
    answers[index] = await send(requests[index]);
  }
};
await Promise.all(Array.from({ length: plan.concurrency ?? 1 }, worker));
process.stdout.write(JSON.stringify(answers));
