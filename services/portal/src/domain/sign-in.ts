import { createHash, timingSafeEqual } from 'node:crypto';
import { AzureError } from '@lab/shared/azure-error.ts';
import { type Caller, TRAINER } from './caller.ts';

/** Who somebody is, by what they present. */
export type SignIn = {
  /** Whether it is the lab's token. Takes the same time wherever they differ. */
  isToken(presented: string): boolean;
  /** Who a page is that presents this code, or none. Throws `unauthenticated`. */
  withCode(code: string | undefined): Caller;
};

/** On a person's own machine, whoever gets past the guards of the page is at home. */
export function signIn({ token }: { token: string }): SignIn {
  const expected = sha256(token);
  // Hashes have one length, and their comparison takes the same time wherever they differ.
  const isToken = (presented: string) => timingSafeEqual(sha256(presented), expected);
  return {
    isToken,
    withCode: (code) => {
      if (code === undefined || isToken(code)) return TRAINER;
      throw wrongCode();
    },
  };
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

const wrongCode = () =>
  new AzureError({ kind: 'unauthenticated', code: 'WrongCode', message: 'Nobody in this lab has this code.' });
