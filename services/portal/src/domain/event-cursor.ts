import { z } from 'zod';
import { EVENT_SERVICES, type EventService } from './services.ts';

/** How far a reader has come at one service, in one life of it: the last event seen. */
export type Position = { readonly epoch: string; readonly sequence: number };

/** Of no life that ever was, so everything that a service remembers comes after it. */
export const START: Position = { epoch: '', sequence: 0 };

/** Per service. One that is absent has been asked nothing yet. */
export type Positions = { readonly [Service in EventService]?: Position };

/** Where a reader is at every service, as one word that it hands back. What is in it is nobody's business but ours. */
export const encodeCursor = (positions: Positions): string =>
  Buffer.from(
    JSON.stringify(
      Object.fromEntries(
        Object.entries(positions).map(([service, { epoch, sequence }]) => [service, [epoch, sequence]]),
      ),
    ),
  ).toString('base64url');

/** Undefined for what is no cursor. */
export function decodeCursor(text: string): Positions | undefined {
  if (!/^[\w-]+$/.test(text)) return undefined;
  try {
    const { data } = PositionsJson.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
    if (!data) return undefined;
    return Object.fromEntries(
      Object.entries(data).map(([service, [epoch, sequence]]) => [service, { epoch, sequence }]),
    ) as Positions;
  } catch {
    return undefined;
  }
}

const PositionsJson = z.partialRecord(
  z.enum(EVENT_SERVICES),
  z.tuple([z.string().regex(/^[\w-]{0,16}$/), z.int().min(0)]),
);

/** A cursor as it comes in a request. */
export const Cursor = z
  .string()
  .max(1_000)
  .refine((text) => decodeCursor(text) !== undefined, 'is no cursor of this lab');
