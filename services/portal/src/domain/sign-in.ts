import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { AzureError } from '@lab/shared/azure-error.ts';
import { type Caller, TRAINER } from './caller.ts';
import type { Places } from './places.ts';

/** Who somebody is, by what they present. */
export type SignIn = {
  /** Whether it is the lab's token. Takes the same time wherever they differ. */
  isToken(presented: string): boolean;
  /** Who a page is whose person presents nothing. Undefined: nobody, in a room. */
  withoutCode(): Caller | undefined;
  /**
   * Who a page is whose person presents this code: the lab's token, or a participant's.
   * @throws `unauthenticated` CodeNeeded, WrongCode; `throttled` TooManyCodes.
   */
  withCode(code: string | undefined): Promise<Caller>;
  /** With what a participant signs in. The same as long as the lab's token is: nothing has to be kept. */
  codeOf(participant: string): string;
};

/**
 * @param room Whether the page is for several people on several machines, each of whom has to say who they are. Otherwise
 *   it is on a person's own machine, and whoever gets past the guards of the page is at home.
 */
export function signIn({
  token,
  room = false,
  places,
  now = () => performance.now(),
}: {
  token: string;
  room?: boolean | undefined;
  places: Pick<Places, 'all'>;
  now?: () => number;
}): SignIn {
  const expected = sha256(token);
  // Hashes have one length, and their comparison takes the same time wherever they differ.
  const isToken = (presented: string) => timingSafeEqual(sha256(presented), expected);
  const withoutCode = () => (room ? undefined : TRAINER);
  const codeOf = (participant: string) => spelled(createHmac('sha256', token).update(`participant:${participant}`));
  const guesses = boundedGuesses(now);
  return {
    isToken,
    withoutCode,
    codeOf,
    withCode: async (code) => {
      if (code === undefined) {
        const caller = withoutCode();
        if (!caller) throw codeNeeded();
        return caller;
      }
      if (isToken(code)) return TRAINER;
      const takeBack = guesses.count();
      const all = await places.all().catch((error: unknown) => {
        takeBack();
        throw error;
      });
      const presented = sha256(normal(code));
      const found = all.find(({ participant }) => timingSafeEqual(sha256(normal(codeOf(participant))), presented));
      if (!found) throw wrongCode();
      takeBack();
      return { role: 'participant', participant: found.participant };
    },
  };
}

/**
 * Wrong codes, for everybody together: behind the gateway all have one address. Twenty at once, then one in three seconds;
 * a code is one of 2^50. Who has a session keeps it meanwhile, and the lab's token, which nobody guesses, is always heard.
 */
function boundedGuesses(now: () => number) {
  let [left, at] = [MOST_GUESSES, now()];
  const refill = () => {
    left = Math.min(MOST_GUESSES, left + (now() - at) / GUESS_EVERY_MS);
    at = now();
  };
  return {
    /** Before the code is looked at, or a thousand at once would all be looked at. Answers how to take it back. */
    count: () => {
      refill();
      if (left < 1) throw tooManyCodes();
      left -= 1;
      return () => {
        left += 1;
      };
    },
  };
}

const MOST_GUESSES = 20;
const GUESS_EVERY_MS = 3_000;

/** Fifty bits, without letters that are taken for others when they are read out or written on a wall. */
function spelled(hmac: ReturnType<typeof createHmac>): string {
  const letters = [...hmac.digest().subarray(0, 10)].map((byte) => ALPHABET[byte % 32]).join('');
  return `${letters.slice(0, 5)}-${letters.slice(5)}`;
}

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** As it is meant, however it was typed. */
const normal = (code: string): string =>
  code.toLowerCase().replaceAll(/[\s-]/g, '').replaceAll('o', '0').replaceAll(/[il]/g, '1');

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

const wrongCode = () =>
  new AzureError({ kind: 'unauthenticated', code: 'WrongCode', message: 'Nobody in this lab has this code.' });

const codeNeeded = () =>
  new AzureError({
    kind: 'unauthenticated',
    code: 'CodeNeeded',
    message: 'This lab is shared. Sign in with the code that the trainer gave you.',
  });

const tooManyCodes = () =>
  new AzureError({
    kind: 'throttled',
    code: 'TooManyCodes',
    message: 'Too many wrong codes were tried. Wait a moment, and try again.',
  });
