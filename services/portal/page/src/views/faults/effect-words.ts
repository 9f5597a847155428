import type { FaultEffect } from '@managed-identity-lab/client';
import type { Values } from '../../texts/fill-in.ts';

/** An effect as keys of texts with their values, in the order in which one would say it. */
export function effectWords(effect: FaultEffect): readonly { readonly key: string; readonly values?: Values }[] {
  const { delayMs, status, retryAfterSeconds, cut, halfBody, contentType } = effect;
  return [
    ...(contentType === undefined ? [] : [{ key: 'effect.captive', values: { type: contentType } }]),
    ...(status === undefined ? [] : [{ key: 'effect.status', values: { status } }]),
    ...(retryAfterSeconds === null ? [{ key: 'effect.no-retry' }] : []),
    ...(typeof retryAfterSeconds === 'number' ? [{ key: 'effect.retry', values: { seconds: retryAfterSeconds } }] : []),
    ...(cut ? [{ key: 'effect.cut' }] : []),
    ...(halfBody ? [{ key: 'effect.half' }] : []),
    ...(delayMs === undefined ? [] : [{ key: 'effect.delay', values: { seconds: delayMs / 1_000 } }]),
  ];
}
