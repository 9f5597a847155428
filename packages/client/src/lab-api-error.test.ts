import { expect, it } from 'vitest';
import { labClient } from './lab-client.ts';

const answers = (status: number, body: string) =>
  labClient({
    url: 'http://localhost:8080',
    token: 'planted-token',
    fetch: async () => new Response(body, { status }),
  });

it('a refusal is an error with the code and the message of the lab API, and without the token', async () => {
  const refused = answers(404, '{"error":{"code":"WorkloadNotFound","message":"There is no such workload."}}');
  const error = await refused.run('nope').catch((thrown) => thrown);
  expect(error).toMatchObject({ name: 'LabApiError', status: 404, code: 'WorkloadNotFound' });
  expect(String(error.stack)).not.toContain('planted-token');
});

it('an answer that is none of the lab API says its status', async () => {
  await expect(answers(502, '<html>').health()).rejects.toMatchObject({ status: 502, code: 'UnexpectedAnswer' });
});
