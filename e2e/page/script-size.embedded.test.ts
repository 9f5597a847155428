import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ROOT } from '@lab/lab/root.ts';
import { expect, it } from 'vitest';

it('all script of the page, compressed, is less than 300 kB', () => {
  const scripts = globSync('services/portal/page/dist/assets/*.js', { cwd: ROOT });
  const sizes = scripts.map((file) => gzipSync(readFileSync(join(ROOT, file))).length);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  expect(total).toBeGreaterThan(50_000);
  expect(total).toBeLessThan(300_000);
});
