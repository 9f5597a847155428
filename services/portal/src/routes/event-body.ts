import { z } from 'zod';

const texts = z.record(z.string(), z.string());

const ShownTokenBody = z.strictObject({
  header: z.record(z.string(), z.unknown()),
  claims: z.record(z.string(), z.unknown()),
});

/** An event as it is shown. What routes add to it besides is in `EventDetails` of `shared/src/events.ts`. */
export const FlowEventBody = z
  .looseObject({
    sequence: z.number().meta({ description: 'Counts up at its service.' }),
    service: z.string(),
    at: z.string().meta({ description: 'When it began, ISO 8601, UTC.' }),
    durationMs: z.number(),
    remoteAddress: z.string(),
    method: z.string(),
    host: z.string(),
    path: z.string().meta({ description: 'Without the query.' }),
    status: z.number(),
    clientRequestId: z.string().optional(),
    operation: z.string().optional(),
    caller: z
      .string()
      .optional()
      .meta({ description: 'The machine that sent it, by its address, or the service of the lab.' }),
    workload: z.string().optional().meta({ description: 'What the lab API calls that machine.' }),
    virtualMachine: z.string().optional().meta({ description: 'That asked, or that the token was issued to.' }),
    site: z.string().optional(),
    principalId: z.string().optional(),
    clientId: z.string().optional(),
    audience: z.string().optional(),
    tokenId: z.string().optional().meta({ description: '`uti` of the token: the same at every hop.' }),
    errorCode: z.string().optional(),
    fault: z.string().optional().meta({ description: 'Id of the fault that struck the request.' }),
    errorMessage: z.string().optional(),
    note: z.string().optional(),
    request: z.strictObject({ headers: texts, query: texts.optional() }).optional().meta({
      description: 'Headers and parameters that say why it went as it did; credentials are named, not shown.',
    }),
    response: z.strictObject({ headers: texts }).optional(),
    token: ShownTokenBody.optional().meta({ description: 'The token that was presented, without its signature.' }),
    issued: ShownTokenBody.optional().meta({ description: 'The token that was given out, without its signature.' }),
    flow: z
      .string()
      .optional()
      .meta({ description: 'Id of the flow that it is a part of, as far as is known by now.' }),
  })
  .meta({ description: 'One request at one service, without token, key or the value of a secret.' });
