import { STATUS } from '@lab/shared/http/status.ts';
import { z } from 'zod';
import type { Answer, Described } from './operation.ts';

type Json = Record<string, unknown>;

/**
 * The OpenAPI description of operations: from the schemas that their requests are checked with, so that it cannot say
 * anything else than what happens.
 * @see https://spec.openapis.org/oas/v3.1.1.html whose schemas are JSON Schema 2020-12, as Zod writes it
 */
export function describeOperations(operations: readonly Described[]): Json {
  const paths: Record<string, Json> = {};
  for (const operation of operations) {
    const path = `/lab/v1${operation.path}`;
    paths[path] = { ...paths[path], [operation.method]: describeOperation(operation) };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'The lab API',
      version: '1',
      description: 'For tests and for people. Not a part of Azure.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: { Error: schemaOf(ErrorBody) },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'Shown by: npm run lab -- token' },
        session: { type: 'apiKey', in: 'cookie', name: 'lab-session', description: "The page's own." },
      },
    },
  };
}

function describeOperation(operation: Described): Json {
  const { operationId, summary, access, parameters, query, headers, body } = operation;
  const answers = Object.entries({ ...commonAnswers(operation), ...operation.answers });
  return {
    operationId,
    summary,
    security: access === 'token' ? [{ token: [] }, { session: [] }] : [],
    parameters: [
      ...describeParameters('path', parameters),
      ...describeParameters('query', query),
      ...describeParameters('header', headers),
    ],
    ...(body && { requestBody: { content: { 'application/json': { schema: schemaOf(body) } } } }),
    responses: Object.fromEntries(answers.map(([status, answer]) => [status, describeAnswer(status, answer)])),
  };
}

/** What the guards and the reading of the input answer, before an operation is asked. */
const commonAnswers = ({ access, body }: Described): Record<number, Answer> => ({
  [STATUS.invalid]: { description: 'The request is malformed.', body: ErrorBody },
  ...(access !== 'open' && {
    [STATUS.unauthenticated]: {
      description: access === 'token' ? 'Neither the token nor a session.' : 'The lab is shared, and nobody signed in.',
      body: ErrorBody,
    },
  }),
  [STATUS.forbidden]: {
    description: "A host or an origin that is not the lab's own, or what in a shared lab is the trainer's.",
    body: ErrorBody,
  },
  ...(body && { [STATUS.too_large]: { description: 'The body is too large.', body: ErrorBody } }),
});

export const ErrorBody = z.strictObject({ error: z.strictObject({ code: z.string(), message: z.string() }) });

const describeAnswer = (status: string, { description, body, type = 'application/json', orAs }: Answer): Json => ({
  description,
  ...(status !== NO_CONTENT && {
    content: {
      [type]: {
        schema:
          body === ErrorBody ? { $ref: '#/components/schemas/Error' } : body ? schemaOf(body) : { type: 'string' },
      },
      ...(orAs !== undefined && { [orAs]: { schema: { type: 'string' } } }),
    },
  }),
});

const NO_CONTENT = '204';

function describeParameters(where: 'path' | 'query' | 'header', schema: z.ZodObject | undefined): Json[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = schemaOf(schema) as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...property }]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    ...(description !== undefined && { description }),
    schema: property,
  }));
}

/** As it comes in: what has a default may be left out. Checks that JSON Schema cannot say are left to the server. */
function schemaOf(schema: z.ZodType): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Json;
  return rest;
}
