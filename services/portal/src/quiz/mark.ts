import { randomBytes } from 'node:crypto';
import type { FlowEvent } from '@lab/shared/events.ts';

/**
 * Requests that the quiz sends carry a client request id of their own: so they are one flow, and an exercise does not take
 * them for something that a person has done.
 */

const PREFIX = 'quiz-';

/** Short enough for every service to keep the whole of it. */
export const newMark = (question: string): string => `${PREFIX}${question}-${randomBytes(6).toString('hex')}`;

export const isOfQuiz = ({ clientRequestId }: FlowEvent): boolean => clientRequestId?.startsWith(PREFIX) === true;
