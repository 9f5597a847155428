import { type Document, isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import { z } from 'zod';
import type { WiredPart, Wiring } from './wiring.ts';

const Shape = z.object({
  services: z.record(
    z.string(),
    z.object({
      hostname: z.string().optional(),
      profiles: z.array(z.string()).default([]),
      networks: z.record(z.string(), z.object({ ipv4_address: z.string().optional() }).nullable()).default({}),
    }),
  ),
  networks: z.record(z.string(), z.object({ internal: z.unknown().optional() }).nullable()).default({}),
});

/**
 * @param text A Compose file whose networks are attached by map, as the lab's own. What Compose is given besides is not in it:
 *   lines are lines of one file.
 * @throws ZodError when it is no such file.
 */
export function readWiring(text: string): Wiring {
  const counter = new LineCounter();
  const document = parseDocument(text, { merge: true, lineCounter: counter });
  const { services, networks } = Shape.parse(document.toJS());
  const places = placesIn(document, counter);
  const parts = Object.entries(services).map(([name, { hostname, profiles, networks: attached }]): WiredPart => {
    const at = places.of('services', name);
    const block = places.find('services', name, 'networks');
    const [profile] = profiles;
    const profileLine = places.find('services', name, 'profiles')?.first;
    return {
      name,
      line: at.first,
      networks: Object.entries(attached).map(([network, how]) => ({
        name: network,
        line: (places.find('services', name, 'networks', network) ?? at).first,
        ...(how?.ipv4_address !== undefined && !how.ipv4_address.includes('$') && { address: how.ipv4_address }),
      })),
      ...(hostname !== undefined && { hostname }),
      ...(block && { networksLines: block }),
      ...(profile !== undefined && { profile }),
      ...(profileLine !== undefined && { profileLine }),
    };
  });
  return {
    parts,
    networks: Object.entries(networks).map(([name, network]) => {
      const internalLine = places.find('networks', name, 'internal')?.first;
      const { first } = places.of('networks', name);
      return { name, internal: network?.internal === true, line: first, ...(internalLine && { internalLine }) };
    }),
    file: text.replace(/\n$/, '').split('\n'),
  };
}

type Lines = { readonly first: number; readonly last: number };

/** Where members are written: from the line of their key to that of their value's end. */
function placesIn(document: Document.Parsed, counter: LineCounter) {
  const lineAt = (offset: number): number => counter.linePos(offset).line;
  const find = (...path: readonly string[]): Lines | undefined => {
    let node: unknown = document.contents;
    let lines: Lines | undefined;
    for (const name of path) {
      const pair = isMap(node) ? node.items.find(({ key }) => isScalar(key) && key.value === name) : undefined;
      const key = pair?.key as Node | undefined;
      if (!pair || !key?.range) return undefined; // merged in from elsewhere, or not there
      const first = lineAt(key.range[0]);
      const end = (pair.value as Node | null)?.range?.[1];
      lines = { first, last: end === undefined ? first : Math.max(first, lineAt(Math.max(end - 1, key.range[0]))) };
      node = pair.value;
    }
    return lines;
  };
  return { find, of: (...path: readonly string[]): Lines => find(...path) ?? { first: 1, last: 1 } };
}
