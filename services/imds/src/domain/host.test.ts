import { expect, it } from 'vitest';
import { site, system, user, virtualMachine } from '../testing.ts';
import { clientIdsOf } from './host.ts';

it('names an identity once that several hosts share', () => {
  expect(clientIdsOf([virtualMachine(), site('func', 'secret', { identities: [user] })])).toEqual([
    system.clientId,
    user.clientId,
  ]);
});
