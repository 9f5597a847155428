import { z } from 'zod';

/** Services that can be made to fail. */
export const FAULT_SERVICES = ['imds', 'appservice', 'entra', 'keyvault', 'blob', 'arm'] as const;
export type FaultService = (typeof FAULT_SERVICES)[number];

/** What becomes of a request. */
const Effect = z
  .strictObject({
    delayMs: z.int().min(1).max(600_000).exactOptional().meta({ description: 'The answer is held back for as long.' }),
    status: z.int().min(400).max(599).exactOptional().meta({
      description: "Refused with this status, with the service's own body and headers, before anything is done.",
    }),
    retryAfterSeconds: z.int().min(0).max(86_400).nullable().exactOptional().meta({
      description: 'The header `Retry-After`. Absent: as the service sends it with this status. null: none.',
    }),
    cut: z.literal(true).exactOptional().meta({ description: 'The connection is cut before anything is done.' }),
    halfBody: z.literal(true).exactOptional().meta({
      description: 'The connection is cut in the middle of the body, whose length was announced as a whole.',
    }),
    contentType: z
      .string()
      .max(100)
      .regex(/^[a-z]+\/[a-z0-9.+-]+$/, 'a media type without parameters, such as text/html')
      .exactOptional()
      .meta({
        description:
          'Something on the way answers in the place of the service, as a captive portal does: 200, or `status`, with a body of this type.',
      }),
  })
  .superRefine((effect, { addIssue }) => {
    const say = (message: string) => addIssue({ code: 'custom', message });
    const { delayMs, status, retryAfterSeconds, cut, halfBody, contentType } = effect;
    const others = [status, halfBody, contentType].filter((value) => value !== undefined);
    if (cut && others.length > 0) say('cut goes with delayMs alone: nothing is answered');
    if (retryAfterSeconds !== undefined && status === undefined) say('retryAfterSeconds goes with status');
    if (delayMs === undefined && !cut && others.length === 0) {
      say('at least one of delayMs, status, cut, halfBody and contentType is required');
    }
  });

/** What a fault is set with. Neither `times` nor `seconds`: until it is removed. */
export const FaultRequest = z.strictObject({
  service: z.enum(FAULT_SERVICES),
  operation: z.string().min(1).max(200).exactOptional().meta({
    description: 'As events name it: GetSecret, IssueToken. Absent: every request to the service, and that at once.',
  }),
  caller: z.string().min(1).max(256).exactOptional().meta({
    description: 'Name of a virtual machine or function app, principal id or client id. Absent: whoever asks.',
  }),
  times: z.int().min(1).max(1_000_000).exactOptional().meta({ description: 'How many requests it strikes.' }),
  seconds: z.number().positive().max(86_400).exactOptional().meta({
    description: "How long it lasts, by the system's clock.",
  }),
  effect: Effect,
});
export type FaultRequest = z.infer<typeof FaultRequest>;

/** A fault that has been set. One that is used up or over stays in the list, until there is no room for others. */
export const FaultBody = FaultRequest.extend({
  id: z.string(),
  remaining: z.int().exactOptional().meta({ description: 'How many requests it still strikes.' }),
  until: z.string().exactOptional().meta({ description: 'ISO 8601, UTC.' }),
  applied: z.int().meta({ description: 'How many requests it has struck.' }),
});
export type Fault = z.infer<typeof FaultBody>;

/** What faults a service can have. */
export const FaultKinds = z.strictObject({
  service: z.enum(FAULT_SERVICES),
  operations: z.array(z.string()).meta({ description: 'As events name them.' }),
  statuses: z
    .array(
      z.strictObject({
        status: z.int(),
        code: z.string().meta({ description: "The service's own word for it." }),
        retryAfterSeconds: z.int().exactOptional().meta({ description: 'Which it sends with it by itself.' }),
      }),
    )
    .meta({ description: 'Those that it fails with.' }),
});
export type FaultKinds = z.infer<typeof FaultKinds>;
