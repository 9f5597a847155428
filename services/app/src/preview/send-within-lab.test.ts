import { expect, it } from 'vitest';
import type { LabRequest, LabResponse } from '../agent/lab-request.ts';
import { sendWithinLab } from './send-within-lab.ts';

const IMDS = 'http://169.254.169.254/metadata/identity/oauth2/token';
const ANSWER: LabResponse = {
  ...{ status: 400, statusText: 'Bad Request', headers: [['Content-Type', 'application/json']] },
  ...{ body: '{}', truncated: false, durationMs: 1 },
};

function start({ wayOut = false, answer = ANSWER } = {}) {
  const sent: LabRequest[] = [];
  const fetch = sendWithinLab({
    leadsOut: async () => wayOut,
    send: async (request) => {
      sent.push(request);
      return answer;
    },
  });
  return { sent, fetch };
}

it('fetches from a name of the lab, with the headers that it is told', async () => {
  const { sent, fetch } = start();
  expect(await fetch(IMDS, [['Metadata', 'true']])).toEqual({
    status: 400,
    contentType: 'application/json',
    body: '{}',
  });
  expect(sent).toEqual([{ method: 'GET', url: IMDS, headers: [['Metadata', 'true']] }]);
});

it.each([
  'http://example.com/',
  'http://10.0.0.1/',
  'http://127.0.0.1:9000/',
  'http://169.254.169.253/',
  'file:///etc/passwd',
  'http://kv-lab.vault.azure.net.evil.example/',
  'https://portal.front:8080/',
])('fetches nothing from elsewhere: %s', async (url) => {
  const { sent, fetch } = start();
  expect(await fetch(url, [])).toMatchObject({ error: { code: 'NotALabName' } });
  expect(sent).toEqual([]);
});

it('fetches nothing on a machine that has a way out of the lab', async () => {
  const { sent, fetch } = start({ wayOut: true });
  expect(await fetch(IMDS, [])).toMatchObject({ error: { code: 'default-route' } });
  expect(sent).toEqual([]);
});

it("refuses headers that are the connection's own", async () => {
  const { sent, fetch } = start();
  expect(await fetch(IMDS, [['Transfer-Encoding', 'chunked']])).toMatchObject({ error: { code: 'BadRequest' } });
  expect(sent).toEqual([]);
});

it('says why there was no answer', async () => {
  const answer: LabResponse = { error: { code: 'refused', message: 'No.' }, durationMs: 1 };
  expect(await start({ answer }).fetch(IMDS, [])).toEqual({ error: { code: 'refused', message: 'No.' } });
});
