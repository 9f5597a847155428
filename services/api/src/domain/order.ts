import { z } from 'zod';

/** What is ordered, and how many. */
export const Wish = z.strictObject({ item: z.string().min(1).max(100), quantity: z.int().min(1).max(1_000) });
export type Wish = z.infer<typeof Wish>;

export type Order = Wish & { readonly id: string };

/** What this API has to show. It keeps nothing, so that a lab that is reset is one that was just started. */
export const ORDERS: readonly Order[] = [
  { id: '1001', item: 'Coffee', quantity: 3 },
  { id: '1002', item: 'Cinnamon rolls', quantity: 12 },
];
