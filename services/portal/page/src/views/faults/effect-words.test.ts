import type { FaultEffect } from '@managed-identity-lab/client';
import { expect, it } from 'vitest';
import { effectWords } from './effect-words.ts';

it.each<[FaultEffect, string[]]>([
  [{ status: 429, retryAfterSeconds: 1 }, ['effect.status', 'effect.retry']],
  [{ status: 429, retryAfterSeconds: null, delayMs: 500 }, ['effect.status', 'effect.no-retry', 'effect.delay']],
  [{ status: 503, retryAfterSeconds: 0 }, ['effect.status', 'effect.retry']],
  [{ cut: true }, ['effect.cut']],
  [{ halfBody: true }, ['effect.half']],
  [{ contentType: 'text/html', status: 502 }, ['effect.captive', 'effect.status']],
])('says %j', (effect, keys) => expect(effectWords(effect).map(({ key }) => key)).toEqual(keys));
