import { z } from 'zod';

/** Who asks the lab API: whoever holds the lab, or one of several people who share it, by the name of their place in it. */
export type Caller = { readonly role: 'trainer' } | { readonly role: 'participant'; readonly participant: string };

export const TRAINER: Caller = { role: 'trainer' };

/** As the page is told. `none`: nobody that the lab knows. */
export const SessionBody = z.strictObject({
  role: z.enum(['trainer', 'participant', 'none']),
  participant: z.string().exactOptional().meta({ description: 'Whose place in the lab it is.' }),
});
export type SessionBody = z.infer<typeof SessionBody>;
