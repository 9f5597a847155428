import { expect, it } from 'vitest';
import { parseConfig } from './config.ts';

it('names every variable that is missing or wrong, at once', () => {
  const attempt = () => parseConfig({ PUBLIC_LISTEN: 'nowhere' });
  for (const mistake of ['PUBLIC_LISTEN: expected host:port', 'DATABASE_PATH: ']) expect(attempt).toThrow(mistake);
});
