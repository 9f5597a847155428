import { expect, it } from 'vitest';
import { tableOf } from './status.ts';

it('shows every part with its state and health', () => {
  const table = tableOf([
    { Service: 'imds', State: 'running', Health: 'healthy', ExitCode: 0 },
    { Service: 'keyvault', State: 'exited', Health: '', ExitCode: 137 },
    { Service: 'pki', State: 'exited', Health: '', ExitCode: 0 },
  ]);
  expect(table).toBe(
    [
      'service   state         health',
      'imds      running       healthy',
      'keyvault  exited (137)  –',
      'pki       exited        done',
    ].join('\n'),
  );
});
