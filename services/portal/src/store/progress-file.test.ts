import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '@lab/shared/log.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answersFile, progressFile } from './progress-file.ts';

describe('the file of progress', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'progress-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));
  const open = () => progressFile(join(directory, 'progress.json'), silentLog);
  const passed = { trainer: { claims: { passedAt: '2026-01-01T00:00:00.000Z' } } };

  it('has after a restart what was written before it, and nothing besides', () => {
    expect(open().read()).toEqual({});
    open().write(passed);
    expect(open().read()).toEqual(passed);
    expect(readdirSync(directory)).toEqual(['progress.json']);
  });

  it.each([
    ['half a file', '{"trainer":{"cla'],
    ['of an exercise that there is not', '{"trainer":{"cooking":{}}}'],
    ['no progress', '[1]'],
  ])('begins anew where it is %s', (_, text) => {
    writeFileSync(join(directory, 'progress.json'), text);
    expect(open().read()).toEqual({});
  });

  it('goes on in memory where it cannot be written', () => {
    const store = progressFile(join(directory, 'nowhere', 'progress.json'), silentLog);
    store.write(passed);
    expect(store.read()).toEqual(passed);
  });

  it('keeps answers of the quiz beside it', () => {
    const answers = () => answersFile(join(directory, 'quiz.json'), silentLog);
    answers().write({ trainer: { 'who-signs': 'entra' } });
    expect(answers().read()).toEqual({ trainer: { 'who-signs': 'entra' } });
  });
});
