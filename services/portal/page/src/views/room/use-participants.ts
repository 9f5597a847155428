import type { Participant } from '@managed-identity-lab/client';
import { ask } from '../../api/lab.ts';
import { useAgain } from '../../api/use-again.ts';
import { type Asked, useAsk } from '../../api/use-ask.ts';

export type ParticipantList = {
  readonly participants: readonly Participant[];
  readonly freeMachines: readonly string[];
};

/** Who is there. Asked again once in a while: people come in, and get on. */
export function useParticipants(): Asked<ParticipantList> {
  const asked = useAsk('participants', (signal) => ask<ParticipantList>('GET', '/participants', undefined, signal));
  useAgain(asked, 10_000);
  return asked;
}
