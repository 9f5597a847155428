/**
 * A token on its way from one view to another: in the memory of this page, and nowhere that outlives it. It is in no address,
 * no history and no storage.
 */
let inHand: string | undefined;

/** For the view that is opened next: `#/tokens` shows it. */
export function handOver(token: string): void {
  inHand = token;
}

/** What was handed over. It stays until it is put down: a view may be rendered more than once before it is shown. */
export const inHandNow = (): string | undefined => inHand;

export function putDown(): void {
  inHand = undefined;
}
