import { AzureError } from '@lab/shared/azure-error.ts';
import { queryOf } from '@lab/shared/http/request.ts';
import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import type { Place } from '../domain/place.ts';
import { placeIn } from '../participants.ts';

/** One answer that an operation can give. `body` absent: of the type `type`, in words of its own; a 204 has neither. */
export type Answer = {
  readonly description: string;
  readonly body?: z.ZodType;
  readonly type?: string;
  /** Another type that it can be asked for in, in words of its own. */
  readonly orAs?: string;
};

/** What the description of an operation needs. Its schemas are those that its requests are checked with. */
export type Described = {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** As OpenAPI writes it: `/workloads/{name}/run`. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  /**
   * `open`: everybody whom the guards of the page let through. `page`: the same, who has signed in where that has to be.
   * `token`: the lab's token or the page's session.
   */
  readonly access: 'open' | 'page' | 'token';
  /**
   * What of it is for participants, where several people share the lab. Absent: nothing, it is the trainer's.
   * `all`: it says and changes the same for everybody. `own workload`: `name` in the path is a workload that they may use.
   * `own part`: `handle` sees to it by `input.place`.
   */
  readonly participants?: 'all' | 'own workload' | 'own part' | undefined;
  readonly parameters?: z.ZodObject | undefined;
  readonly query?: z.ZodObject | undefined;
  readonly headers?: z.ZodObject | undefined;
  readonly body?: z.ZodType | undefined;
  /** Those of its own, by status. What every operation can answer is added: see `openapi.ts`. */
  readonly answers: Readonly<Record<number, Answer>>;
};

export type Operation = Described & {
  /** Run before its input is read: parsers, further guards. */
  readonly before: readonly RequestHandler[];
  readonly handle: RequestHandler;
};

type Input<P extends z.ZodObject, Q extends z.ZodObject, H extends z.ZodObject> = {
  readonly parameters: z.infer<P>;
  readonly query: z.infer<Q>;
  readonly headers: z.infer<H>;
  /** The part of the lab of the participant who asks; undefined: all of it, for the trainer. Of `own …` alone. */
  readonly place: Place | undefined;
};

/** An operation whose input is checked with the schemas that describe it; `handle` gets what came of that. */
export function operation<
  P extends z.ZodObject = typeof NOTHING,
  Q extends z.ZodObject = typeof NOTHING,
  H extends z.ZodObject = typeof NOTHING,
>({
  handle,
  before = [],
  ...described
}: Omit<Described, 'parameters' | 'query' | 'headers'> & {
  parameters?: P;
  query?: Q;
  headers?: H;
  before?: readonly RequestHandler[];
  handle: (input: Input<P, Q, H>, req: Request, res: Response) => unknown;
}): Operation {
  return {
    ...described,
    before,
    handle: async (req, res) => {
      const { repeated } = queryOf(req);
      if (repeated.length > 0) throw invalid(`query: '${repeated[0]}' occurs more than once`);
      const input: Input<P, Q, H> = {
        parameters: parse(described.parameters, req.params, 'path') as z.infer<P>,
        query: parse(described.query ?? NOTHING, req.query, 'query') as z.infer<Q>,
        headers: parse(described.headers, req.headers, 'headers') as z.infer<H>,
        place: placeIn(res),
      };
      if (described.body) parse(described.body, req.body ?? {}, 'body');
      await handle(input, req, res);
    },
  };
}

const NOTHING = z.strictObject({});

/** @throws `invalid` with the place and what is wrong there, without the value. */
function parse(schema: z.ZodType | undefined, value: unknown, where: string): unknown {
  const result = schema?.safeParse(value);
  if (!result || result.success) return result?.data;
  const [issue] = result.error.issues;
  throw invalid(`${[where, ...(issue?.path ?? [])].join('.')}: ${issue?.message}`);
}

const invalid = (message: string) => new AzureError({ kind: 'invalid', code: 'BadRequest', message });

/** Mounts each behind the guard of its access and the one of participants, and answers 405 with `Allow` to a method that a path has not. */
export function mount(
  operations: readonly Operation[],
  {
    participants: forParticipants,
    ...guards
  }: Readonly<Record<Described['access'], RequestHandler>> & {
    participants: (rule: Described['participants']) => RequestHandler;
  },
): Router {
  const router = Router();
  for (const { method, path, before, handle, access, participants } of operations) {
    router[method](expressPath(path), guards[access], forParticipants(participants), ...before, handle);
  }
  for (const path of new Set(operations.map(({ path }) => path))) {
    const methods = operations.filter((operation) => operation.path === path).map(({ method }) => METHODS[method]);
    router.all(expressPath(path), methodNotAllowed(methods.join(', ')));
  }
  return router;
}

const METHODS = { get: 'GET, HEAD', post: 'POST', put: 'PUT', patch: 'PATCH', delete: 'DELETE' } as const;

const expressPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');

const methodNotAllowed =
  (allowed: string): RequestHandler =>
  (req, res) => {
    res.set('Allow', allowed);
    throw new AzureError({
      kind: 'method_not_allowed',
      code: 'MethodNotAllowed',
      message: `${req.method} is not a method of this resource.`,
    });
  };
