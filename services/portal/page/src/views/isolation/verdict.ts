import type { IsolationCell } from '@managed-identity-lab/client';

/** What a cell comes to: the network stopped it, whoever answered did, or nothing did. */
export type Verdict = 'reached' | 'stopped' | 'refused' | 'unsent';

export function verdictOf({ outcome, stoppedBy }: IsolationCell): Verdict {
  if (outcome === 'reached') return 'reached';
  if (stoppedBy === 'default-route') return 'unsent';
  return isStatus(stoppedBy) ? 'refused' : 'stopped';
}

/** A sign for each: nobody has to see colours. */
export const SIGNS: Readonly<Record<Verdict, string>> = { reached: '✓', stopped: '✗', refused: '!', unsent: '–' };

export const isStatus = (stoppedBy: string | undefined): boolean => /^\d{3}$/.test(stoppedBy ?? '');

/** How far a request came, step by step: done, stopped there, or not tried any more. */
export type Step = { readonly layer: Layer; readonly state: 'done' | 'stopped' | 'untried' };
export type Layer = 'token' | 'name' | 'route' | 'connection' | 'tls' | 'answer';

/**
 * @param asked  What the source asked for. Absent: nothing was sent.
 * @param needsToken A token had to be there before anything was sent.
 */
export function stepsOf(
  { outcome, stoppedBy }: IsolationCell,
  { asked, needsToken }: { asked: string | undefined; needsToken: boolean },
): Step[] {
  if (asked === undefined) return [{ layer: 'route', state: 'stopped' }];
  const { protocol, hostname } = new URL(asked);
  const isName = !/^[\d.]+$/.test(hostname);
  const layers: readonly (Layer | false)[] = [
    needsToken && 'token',
    isName && 'name',
    'route',
    'connection',
    protocol === 'https:' && 'tls',
    'answer',
  ];
  const walked = layers.filter((layer) => layer !== false);
  if (stoppedBy === 'default-route') return walked.map((layer) => ({ layer, state: 'untried' }));
  const last = outcome === 'reached' ? walked.length : walked.indexOf(layerOf(stoppedBy));
  return walked.map((layer, index) => ({
    layer,
    state: index < last ? 'done' : index === last ? 'stopped' : 'untried',
  }));
}

/** The layer that stopped it. An answer that refuses is one, and no answer is none. */
function layerOf(stoppedBy = ''): Layer {
  return LAYERS[stoppedBy] ?? 'answer';
}

const LAYERS: Readonly<Record<string, Layer>> = {
  'no-token': 'token',
  'no-name': 'name',
  'no-route': 'route',
  refused: 'connection',
  timeout: 'connection',
  tls: 'tls',
};
