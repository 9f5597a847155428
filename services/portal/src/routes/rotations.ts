import { z } from 'zod';
import { RotatedCertificates, RotatedSigningKeys, type Rotations } from '../domain/rotations.ts';
import { jsonBody, NoParameters } from './lab.ts';
import { ErrorBody } from './openapi.ts';
import { type Operation, operation } from './operation.ts';

/**
 *     POST /lab/v1/signing-keys/rotate                       200 { current, next, retired }
 *     POST /lab/v1/identities/{clientId}/certificates/rotate 200 { clientId, hosts: [{ service, thumbprint?, notAfter? }] }
 */
export const rotationOperations = (rotations: Rotations): Operation[] => [
  operation({
    method: 'post',
    path: '/signing-keys/rotate',
    operationId: 'rotateSigningKeys',
    summary: 'Entra signs with its next key from here on',
    access: 'token',
    body: NoParameters,
    before: [jsonBody],
    answers: {
      200: { description: 'Its keys now.', body: RotatedSigningKeys },
      503: { description: 'Entra cannot be asked.', body: ErrorBody },
    },
    handle: async (_input, _req, res) => {
      res.json(await rotations.signingKeys());
    },
  }),
  operation({
    method: 'post',
    path: '/identities/{clientId}/certificates/rotate',
    operationId: 'rotateCertificates',
    summary: 'A new certificate for a managed identity, on every host that has it',
    access: 'token',
    parameters: z.object({ clientId: z.guid() }),
    body: NoParameters,
    before: [jsonBody],
    answers: {
      200: { description: 'The new certificates.', body: RotatedCertificates },
      404: { description: 'No host has this identity.', body: ErrorBody },
      503: { description: 'The hosts cannot be asked.', body: ErrorBody },
    },
    handle: async ({ parameters: { clientId } }, _req, res) => {
      res.json(await rotations.certificates(clientId.toLowerCase()));
    },
  }),
];
