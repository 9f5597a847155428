import { expect, it } from 'vitest';
import type { ComposeModel } from './compose.ts';
import { ManagedIdentityLab, refuseUnknown } from './managed-identity-lab.ts';

const model: ComposeModel = {
  services: { app: {}, app02: { profiles: ['vm-app02'] }, cluster: { profiles: ['pod-app01'] } },
  networks: {},
};

it('a profile that the lab does not have is refused, with those that it has', () => {
  expect(() => refuseUnknown(['vm-app02'], model)).not.toThrow();
  expect(() => refuseUnknown(['vm-app2'], model)).toThrow(
    'The lab has no profile vm-app2. It has: vm-app02, pod-app01',
  );
});

it.each(['10.90', '10.90.0.0', '10.90.0.0/24', ''])('%s is no prefix of a subnet', (prefix) => {
  expect(() => new ManagedIdentityLab().withAzurePrefix(prefix)).toThrow('is not three numbers, such as 10.90.0');
});
