import { type Mutant, mutantsOf } from '../mutant.ts';

const API = 'services/api/src/api.test.ts';

/** The API of one's own: who may read, who may write, and whose token it is. */
export const API_OF_ONES_OWN: readonly Mutant[] = [
  ...mutantsOf('services/api/src/routes/orders.ts', API, [
    {
      name: 'api: role to read',
      find: "guards.needs('Orders.Read'), ",
      replace: '',
      test: 'answers 403 to an identity without the role, and says so to who looks',
    },
    {
      name: 'api: role to write',
      find: "guards.needs('Orders.Write')",
      replace: "guards.needs('Orders.Read')",
      test: 'takes an order from an identity with the role to write, and from no reader',
    },
  ]),
  ...mutantsOf('services/api/src/routes/guard.ts', API, [
    {
      name: 'api: its own audience',
      find: '[...identifierUris, clientId]',
      replace: "[...identifierUris, clientId, 'https://vault.azure.net']",
      test: 'takes v1.0 tokens for its URI and v2.0 tokens for its client id',
    },
    {
      name: 'api: nobody without an app registration',
      find: 'if (!application) return notDeclared;',
      replace: 'if (!application) return (_req, _res, next) => void [notDeclared, next()];',
      test: 'refuses everybody where the lab file declares no application for it',
    },
  ]),
];
