import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { KNOWN_WORKLOADS } from './known-workloads.ts';

type Service = { image?: string; hostname?: string; profiles?: string[]; networks?: Record<string, unknown> };
const COMPOSE = new URL('../../../../docker-compose.yml', import.meta.url);
const { services } = parse(readFileSync(COMPOSE, 'utf8'), { merge: true }) as { services: Record<string, Service> };
const inFile = Object.entries(services).filter(([, { image }]) => image === 'managed-identity-lab/app');

it('knows every workload of docker-compose.yml, by the host name and the profile that it has there', () => {
  const known = KNOWN_WORKLOADS.map(({ name, machine, profile }) => [name, machine, profile]);
  expect(known).toEqual(inFile.map(([name, { hostname, profiles }]) => [name, hostname, profiles?.[0]]));
});

it('knows what each of them is by the network that its identity comes from', () => {
  for (const [name, { networks = {} }] of inFile) {
    const kind = KNOWN_WORKLOADS.find((known) => known.name === name)?.kind;
    if ('vm' in networks) expect([name, kind]).toEqual([name, 'virtualMachine']);
    else if ('appservice' in networks) expect([name, kind]).toEqual([name, 'functionApp']);
    else expect(['pod', 'outsider']).toContain(kind);
  }
});
