import { describe, expect, it } from 'vitest';
import { fakePlaces, TOKEN } from '../testing/fake-lab.ts';
import { ANA, BEN } from '../testing/fake-places.ts';
import { signIn } from './sign-in.ts';

function room(token = TOKEN) {
  let time = 0;
  const door = signIn({ token, room: true, places: fakePlaces(ANA, BEN), now: () => time });
  const codeOf = (code: string) =>
    door.withCode(code).then(
      () => 'in',
      ({ code }) => code,
    );
  return { ...door, tried: codeOf, wait: (ms: number) => (time += ms) };
}

describe('the code of a participant', () => {
  it('is theirs alone, the same every time, and another one in another lab', () => {
    const [ana, ben] = [room().codeOf('ana'), room().codeOf('ben')];
    expect(ana).toMatch(/^[0-9a-hjkmnp-tv-z]{5}-[0-9a-hjkmnp-tv-z]{5}$/);
    expect([room().codeOf('ana'), ana === ben]).toEqual([ana, false]);
    expect(room(TOKEN.replace('a', 'b')).codeOf('ana')).not.toBe(ana);
  });

  it('is taken as it was meant, and only as a whole', async () => {
    const { codeOf, withCode, tried } = room();
    const code = codeOf('ana');
    const misread = code.replaceAll('0', 'O').replaceAll('1', 'l').toUpperCase();
    expect(await withCode(` ${misread} `)).toEqual({ role: 'participant', participant: 'ana' });
    for (const wrong of ['', code.slice(1), `${code}0`, code.slice(0, -1)]) {
      expect([wrong, await tried(wrong)]).toEqual([wrong, 'WrongCode']);
    }
  });

  it('cannot be guessed fast: after twenty wrong ones no code is looked at for a while', async () => {
    const { codeOf, tried, wait } = room();
    for (let guess = 0; guess < 20; guess += 1) expect(await tried('00000-00000')).toBe('WrongCode');
    expect(await tried('00000-00000')).toBe('TooManyCodes');
    expect(await tried(codeOf('ana'))).toBe('TooManyCodes');
    expect(await tried(TOKEN)).toBe('in');
    wait(3_000);
    expect(await tried(codeOf('ana'))).toBe('in');
    expect(await tried('00000-00000')).toBe('WrongCode');
    expect(await tried(codeOf('ana'))).toBe('TooManyCodes');
  });

  it('cannot be guessed faster all at once: each guess counts before it is looked at', async () => {
    const { tried } = room();
    const outcomes = await Promise.all(Array.from({ length: 100 }, () => tried('00000-00000')));
    expect(outcomes.filter((outcome) => outcome === 'WrongCode')).toHaveLength(20);
  });

  it('counts as no guess where it is right, nor while it cannot be known', async () => {
    const { codeOf, tried } = room();
    for (let time = 0; time < 30; time += 1) expect(await tried(codeOf('ana'))).toBe('in');
    const unheard = { all: () => Promise.reject(new Error('nobody answers')) };
    const door = signIn({ token: TOKEN, room: true, places: unheard, now: () => 0 });
    for (let time = 0; time < 30; time += 1) await expect(door.withCode('x')).rejects.toThrow('nobody answers');
  });
});

it('needs none on a machine of one’s own', async () => {
  const door = signIn({ token: TOKEN, places: fakePlaces() });
  expect([door.withoutCode(), await door.withCode(undefined)]).toEqual([{ role: 'trainer' }, { role: 'trainer' }]);
  expect(room().withoutCode()).toBeUndefined();
  await expect(room().withCode(undefined)).rejects.toMatchObject({ code: 'CodeNeeded' });
});
