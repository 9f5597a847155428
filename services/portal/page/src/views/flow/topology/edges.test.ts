import { expect, it } from 'vitest';
import { edgesOf, type LitLink } from './edges.ts';
import { EMBEDDED, LAB } from './testing.ts';

const link = (source: string, target: string, number = 1, outcome: LitLink['outcome'] = 'succeeded'): LitLink => {
  return { number, source, target, outcome };
};
const lit = (...links: LitLink[]) => edgesOf(LAB, links).filter(({ strands }) => strands.length > 0);
const ids = (...links: LitLink[]) =>
  lit(...links)
    .map(({ id }) => id)
    .toSorted();

it('has a line for each network card of what is on the map', () => {
  const wires = edgesOf(LAB, []).map(({ id }) => id);
  expect(wires).toEqual(expect.arrayContaining(['app–vm', 'app–azure', 'imds–fabric']));
  expect(wires.filter((id) => /gateway|portal|front/.test(id))).toEqual([]);
});

it('a request lights the network that it went over: a machine on its own, services on theirs', () => {
  expect(ids(link('vm-app01', 'imds'))).toEqual(['app–vm', 'imds–vm']);
  expect(ids(link('imds', 'entra'))).toEqual(['entra–fabric', 'imds–fabric']);
  expect(ids(link('vm-app01', 'keyvault'))).toEqual(['app–azure', 'keyvault–azure']);
});

it.each([
  ['vm-app01', 'imds', 'app–vm', 'imds–vm'],
  ['imds', 'entra', 'imds–fabric', 'entra–fabric'],
])('from %s to %s all of the way has the colour of who is asked, and leads there', (source, target, first, last) => {
  const [way, arrival] = [first, last].map((id) => lit(link(source, target)).find((edge) => edge.id === id));
  expect(way?.strands).toMatchObject([{ target, arrives: false }]);
  expect(arrival?.strands).toMatchObject([{ target, arrives: true }]);
  /** At which of its ends the request comes out. */
  const endOf = (edge: typeof way) => (edge?.strands[0]?.isForwards ? edge.target : edge?.source);
  expect(endOf(way)).toMatch(/^network:/);
  expect(endOf(arrival)).toBe(`part:${target}`);
});

it('who is asked twice on one way has both steps on it, and what came of the last', () => {
  const twice = lit(link('vm-app01', 'keyvault', 1, 'challenged'), link('vm-app01', 'keyvault', 4, 'failed'));
  expect(twice.map(({ strands }) => strands.map(({ steps, outcome }) => [steps, outcome]))).toEqual(
    Array(2).fill([[[1, 4], 'failed']]),
  );
});

it('two who are asked over one card have a line each', () => {
  const card = lit(link('vm-app01', 'dns', 1), link('vm-app01', 'keyvault', 2)).find(({ id }) => id === 'app–azure');
  expect(card?.strands.map(({ target }) => target)).toEqual(['dns', 'keyvault']);
});

it('nothing is lit between those that share no network, or that are not on the map', () => {
  expect(ids(link('outsider', 'imds'), link('somebody', 'entra'), link('portal', 'entra'))).toEqual([]);
});

it('without networks, as in one process, a request is a line from one to the other', () => {
  const strand = { target: 'imds', isForwards: true, arrives: true, outcome: 'failed', steps: [3] };
  expect(edgesOf(EMBEDDED, [link('vm-app01', 'imds', 3, 'failed'), link('portal', 'imds', 4)])).toEqual([
    { id: 'vm-app01→imds', source: 'part:vm-app01', target: 'part:imds', isLoop: false, strands: [strand] },
  ]);
  expect(edgesOf(EMBEDDED, [link('imds', 'entra')])).toMatchObject([{ id: 'imds→entra', isLoop: true }]);
});
