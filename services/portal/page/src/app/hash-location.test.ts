import { expect, it } from 'vitest';
import { parametersIn } from './hash-location.ts';

it('reads parameters once: what is encoded in one stays so', () => {
  const inner = 'http://x/preview?url=http://y/?a=1%26b=2&header=c';
  const address = `/console?${new URLSearchParams({ workload: 'outsider', curl: inner })}`;
  expect(parametersIn(address).get('curl')).toBe(inner);
  expect(parametersIn('/console').get('curl')).toBeNull();
});
