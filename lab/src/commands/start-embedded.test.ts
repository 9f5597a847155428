import { expect, it } from 'vitest';
import { describeEmbedded } from './start-embedded.ts';

const access = {
  environment: { IDENTITY_ENDPOINT: 'http://127.0.0.1:4000/msi/token', CA: "/tmp/it's here/ca.pem" },
  options: [{ sdk: 'JavaScript', text: '{ disableChallengeResourceVerification: true }' }],
  tryCommand: 'node examples/app.js',
};

it('prints variables that a shell reads as they are meant', () => {
  const text = describeEmbedded(access, 'npm run engine  # as root');
  expect(text).toContain('  export IDENTITY_ENDPOINT=http://127.0.0.1:4000/msi/token\n');
  expect(text).toContain(`  export CA='/tmp/it'\\''s here/ca.pem'\n`);
});

it('says that there is no network isolation and how to get the full lab', () => {
  const text = describeEmbedded(access, 'npm run engine  # as root');
  const line = text.split('\n').find((each) => each.includes('no network isolation'));
  expect(line).toContain('npm run engine');
});
