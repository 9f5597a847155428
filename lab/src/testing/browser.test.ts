import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findBrowser } from './browser.ts';

it('takes the browser that is named, then the first one in the path, then none', () => {
  const directory = mkdtempSync(join(tmpdir(), 'browser-'));
  try {
    const PATH = `/nowhere:${directory}`;
    expect(findBrowser({ PATH })).toBeUndefined();
    const chrome = join(directory, 'google-chrome');
    writeFileSync(chrome, '');
    expect(findBrowser({ PATH })).toBeUndefined(); // nothing that can be run
    chmodSync(chrome, 0o755);
    expect(findBrowser({ PATH })).toBe(chrome);
    expect(findBrowser({ PATH, CHROMIUM: '/opt/chromium' })).toBe('/opt/chromium');
  } finally {
    rmSync(directory, { recursive: true });
  }
});
