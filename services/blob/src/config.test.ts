import { expect, it } from 'vitest';
import { parseConfig } from './config.ts';

it('names every variable that is missing or wrong, at once', () => {
  expect(() => parseConfig({ PUBLIC_LISTEN: 'nowhere' })).toThrow(
    /PUBLIC_LISTEN: expected host:port[\s\S]*DATABASE_PATH/,
  );
});
