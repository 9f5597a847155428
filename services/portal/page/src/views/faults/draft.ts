import type { FaultEffect, FaultKinds, FaultRequest, LabService } from '@managed-identity-lab/client';

/** What becomes of a request, one of them at a time as the form offers it. */
export const DAMAGES = ['status', 'delay', 'cut', 'half', 'captive'] as const;
export type Damage = (typeof DAMAGES)[number];

export const SPANS = ['times', 'seconds', 'ever'] as const;
export type Span = (typeof SPANS)[number];

export const RETRIES = ['own', 'none', 'seconds'] as const;
export type Retry = (typeof RETRIES)[number];

/** A fault while somebody fills in the form: what is typed is text. */
export type Draft = {
  readonly service: LabService;
  /** Empty: every request. */
  readonly operation: string;
  /** Empty: whoever asks. */
  readonly caller: string;
  readonly damage: Damage;
  readonly status: string;
  readonly retry: Retry;
  readonly retrySeconds: string;
  readonly delaySeconds: string;
  readonly span: Span;
  readonly many: string;
};

export const NEW_DRAFT: Draft = {
  service: 'keyvault',
  operation: '',
  caller: '',
  damage: 'status',
  status: '503',
  retry: 'own',
  retrySeconds: '2',
  delaySeconds: '3',
  span: 'times',
  many: '2',
};

/** The draft for another service: with an operation and a status that it has. */
export function forService(draft: Draft, { service, operations, statuses }: FaultKinds): Draft {
  const has = statuses.some(({ status }) => String(status) === draft.status);
  return {
    ...draft,
    service,
    operation: operations.includes(draft.operation) ? draft.operation : '',
    status: has ? draft.status : String(statuses.at(-1)?.status ?? ''),
  };
}

/** Fields that have no usable number in them. The limits are the lab API's. */
export function mistakesOf({ damage, retry, retrySeconds, delaySeconds, span, many }: Draft): readonly string[] {
  const mistakes: string[] = [];
  if (damage === 'status' && retry === 'seconds' && !isWhole(retrySeconds, 0, 86_400)) mistakes.push('retrySeconds');
  if (damage === 'delay' && !isBetween(Number(delaySeconds), 0.001, 600)) mistakes.push('delaySeconds');
  if (span === 'times' && !isWhole(many, 1, 1_000_000)) mistakes.push('many');
  if (span === 'seconds' && !isBetween(Number(many), 0.001, 86_400)) mistakes.push('many');
  return mistakes;
}

const isBetween = (value: number, least: number, most: number): boolean => value >= least && value <= most;
const isWhole = (text: string, least: number, most: number): boolean =>
  /^\d+$/.test(text.trim()) && isBetween(Number(text), least, most);

/** What the lab API is asked for. */
export function toFault(draft: Draft): FaultRequest {
  const { service, operation, caller, span, many } = draft;
  return {
    service,
    ...(operation !== '' && { operation }),
    ...(caller !== '' && { caller }),
    ...(span === 'times' && { times: Number(many) }),
    ...(span === 'seconds' && { seconds: Number(many) }),
    effect: toEffect(draft),
  };
}

function toEffect({ damage, status, retry, retrySeconds, delaySeconds }: Draft): FaultEffect {
  switch (damage) {
    case 'status':
      return {
        status: Number(status),
        ...(retry === 'none' && { retryAfterSeconds: null }),
        ...(retry === 'seconds' && { retryAfterSeconds: Number(retrySeconds) }),
      };
    case 'delay':
      return { delayMs: Math.round(Number(delaySeconds) * 1_000) };
    case 'cut':
      return { cut: true };
    case 'half':
      return { halfBody: true };
    case 'captive':
      return { contentType: 'text/html' };
  }
}
