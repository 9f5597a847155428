import { z } from 'zod';
import { EVENT_SERVICES, type EventService } from './services.ts';

/** Sequence number of the last event seen, per service. One that is absent has been asked nothing yet. */
export type Positions = { readonly [Service in EventService]?: number };

/** Where a reader is at every service, as one word that it hands back. What is in it is nobody's business but ours. */
export const encodeCursor = (positions: Positions): string =>
  Buffer.from(JSON.stringify(positions)).toString('base64url');

/** Undefined for what is no cursor. */
export function decodeCursor(text: string): Positions | undefined {
  if (!/^[\w-]+$/.test(text)) return undefined;
  try {
    return PositionsJson.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))).data as
      | Positions
      | undefined;
  } catch {
    return undefined;
  }
}

const PositionsJson = z.partialRecord(z.enum(EVENT_SERVICES), z.int().min(0));

/** A cursor as it comes in a request. */
export const Cursor = z
  .string()
  .max(500)
  .refine((text) => decodeCursor(text) !== undefined, 'is no cursor of this lab');
