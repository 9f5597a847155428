import { expect, it, vi } from 'vitest';
import { randomGuid } from './random-guid.ts';

it('makes GUIDs of version 4 where the browser makes none, all different', () => {
  const { getRandomValues } = crypto;
  vi.stubGlobal('crypto', { getRandomValues: getRandomValues.bind(crypto) });
  try {
    const guids = Array.from({ length: 100 }, randomGuid);
    for (const guid of guids) expect(guid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(guids).size).toBe(100);
  } finally {
    vi.unstubAllGlobals();
  }
});
