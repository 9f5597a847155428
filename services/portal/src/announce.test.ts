import { silentLog } from '@lab/shared/log.ts';
import { expect, it, vi } from 'vitest';
import { announceWhenReady } from './announce.ts';
import type { Part } from './domain/lab-health.ts';

const blob: Part = {
  name: 'blob',
  kind: 'service',
  plays: 'Blob Storage',
  reachedAs: '',
  ready: false,
  detail: 'Down.',
};

it('says its line once, when every part is ready, and asks no more', async () => {
  const health = vi.fn().mockResolvedValue({ ready: true, parts: [] });
  health.mockResolvedValueOnce({ ready: false, parts: [blob] });
  const lines: string[] = [];
  const announcement = announceWhenReady({
    health,
    announce: (line) => lines.push(line),
    line: 'ready',
    log: silentLog,
    pollMs: 1,
  });
  await expect.poll(() => lines).toEqual(['ready']);
  await announcement.close();
  expect(health).toHaveBeenCalledTimes(2);
});

it('logs once what the lab is waiting for when it takes long, and ends when it is closed', async () => {
  const health = vi.fn().mockResolvedValue({ ready: false, parts: [blob] });
  const warn = vi.spyOn(silentLog, 'warn');
  const announce = vi.fn();
  const announcement = announceWhenReady({ health, announce, line: 'ready', log: silentLog, pollMs: 1, patienceMs: 2 });
  await expect.poll(() => health.mock.calls.length).toBeGreaterThan(5);
  await announcement.close();
  expect(warn.mock.calls).toEqual([[{ waitingFor: [{ name: 'blob', detail: 'Down.' }] }, 'the lab is not ready yet']]);
  expect(announce).not.toHaveBeenCalled();
});
