import { parseLabUrl } from '@lab/shared/lab/lab-names.ts';
import { requestMistake } from '@lab/shared/lab/lab-request.ts';
import type { FlowEvent, LabResponse } from '@managed-identity-lab/client';
import { describe, expect, it } from 'vitest';
import { EMPTY, toRequest } from './draft.ts';
import { namesIn } from './names.ts';
import { eventOf, type Sent } from './sent.ts';
import { shownBody } from './shown-body.ts';
import { templates } from './templates.ts';
import { tokensIn } from './tokens-in.ts';

const NAMES = namesIn([]);

describe('templates', () => {
  it.each(templates(NAMES).map((template) => [template.id, template.draft] as const))(
    'are requests that a workload may send: %s',
    (_, draft) => {
      const request = toRequest(draft, 'a.b.c');
      expect('key' in request ? request : requestMistake(request)).toBeUndefined();
    },
  );

  it('name what is there', () => {
    const vault = { kind: 'vault', id: '/v', name: 'kv-ana' };
    const names = namesIn([
      vault,
      { kind: 'secret', id: '/other', name: 'Recipe', vaultId: '/w' },
      { kind: 'secret', id: '/v/s', name: 'Key', vaultId: '/v' },
    ]);
    const urls = templates(names).map(({ draft }) => draft.url);
    expect(urls).toContain('https://kv-ana.vault.azure.net/secrets/Key?api-version=7.4');
    expect(urls.filter((url) => url.includes('stlab.blob'))).toHaveLength(3);
  });
});

describe('what is sent', () => {
  const bearer = {
    ...EMPTY,
    url: 'https://management.azure.com/',
    headers: [['Authorization', `Bearer $\{TOKEN}`]] as const,
  };

  it('has the token where its name stands, and leaves the names that the agent knows', () => {
    const draft = {
      ...bearer,
      headers: [...bearer.headers, ['X', '$IDENTITY_HEADER'], ['', 'x']] as const,
      body: '$TOKEN$TOKENS',
    };
    expect(toRequest(draft, 'a$&b')).toEqual({
      method: 'GET',
      url: 'https://management.azure.com/',
      headers: [
        ['Authorization', 'Bearer a$&b'],
        ['X', '$IDENTITY_HEADER'],
      ],
      body: 'a$&b$TOKENS',
    });
  });

  it('is nothing while there is no token to put in', () => {
    expect(toRequest(bearer, undefined)).toEqual({ key: 'problem.no-token' });
  });

  it('goes to the endpoint that App Service names', () => {
    const request = toRequest({ ...EMPTY, url: '$IDENTITY_ENDPOINT?resource=x' }, undefined);
    expect('url' in request && parseLabUrl(request.url)?.host).toBe('169.254.129.2:8081');
  });
});

describe('an answer', () => {
  const jwt = `eyJhbGciOiJub25lIn0.${btoa('{"aud":"https://vault.azure.net"}').replaceAll('=', '')}.x-y_z`;

  it('is looked through for tokens', () => {
    expect(tokensIn(JSON.stringify({ access_token: jwt, expires_in: '1', other: 'a.b.c' }))).toEqual([
      { name: 'access_token', token: jwt, audience: 'https://vault.azure.net' },
    ]);
  });

  it.each(['', 'x', '[]', 'null', '{"a":', '"eyJ.eyJ.x"'])('may have none: %s', (body) =>
    expect(tokensIn(body)).toEqual([]),
  );

  it('is shown as it can be read', () => {
    expect(shownBody('{"a":1}', 'application/json')).toEqual({ text: '{\n  "a": 1\n}', language: 'json' });
    expect(shownBody('{"a":', 'application/json')).toEqual({ text: '{"a":', language: 'text' });
    expect(shownBody('<a/>', 'application/xml')).toEqual({ text: '<a/>', language: 'text' });
  });
});

describe('what the service saw', () => {
  const event = (sequence: number, id?: string) =>
    ({
      ...{ sequence, method: 'GET', host: 'kv-lab.vault.azure.net' },
      ...(id && { response: { headers: { 'x-ms-request-id': id } } }),
    }) as unknown as FlowEvent;
  const sent = (headers: readonly (readonly [string, string])[], after?: FlowEvent) =>
    ({
      ...{ workload: 'app', after, draft: { ...EMPTY, url: 'https://kv-lab.vault.azure.net/secrets' } },
      response: { status: 200, headers } as unknown as LabResponse,
    }) as Sent;
  const [old, before, own, next] = [event(1, 'a'), event(2, 'b'), event(3, 'c'), event(4, 'd')];

  it('is found by the id of the answer, also among what the page hears of late', () => {
    const answered = sent([['X-Ms-Request-Id', 'c']], undefined);
    expect(eventOf(answered, [old, before])).toBeUndefined();
    expect(eventOf(answered, [old, before, own, next])).toBe(own);
  });

  it('is the first of its kind that came afterwards, where the answer or the events have no id', () => {
    expect(eventOf(sent([], before), [old, before, own, next])).toBe(own);
    const unnamed = event(5);
    expect(eventOf(sent([['x-ms-request-id', 'e']], before), [old, before, own, unnamed])).toBe(unnamed);
  });
});
