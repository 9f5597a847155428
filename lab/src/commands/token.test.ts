import { expect, it } from 'vitest';
import { tokenIn } from './token.ts';

const TOKEN = 'abcdefghijklmnopqrstuvwxyz_-0123456789ABCDE';

it("shows the lab API's token alone, for a shell to put into a header", () => {
  expect(tokenIn(`${TOKEN}\n`)).toBe(TOKEN);
});

it.each(['', 'cat: no such file', `${TOKEN}x`, `${TOKEN}\n${TOKEN}`])(
  "shows no token where there is none: '%s'",
  (text) => {
    expect(tokenIn(text)).toBeUndefined();
  },
);
