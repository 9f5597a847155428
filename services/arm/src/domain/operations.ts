/** What was begun by a request that answered 202, and is asked for until it is done. */
export type Operation = {
  readonly id: string;
  readonly subscriptionId: string;
  /** Object id: who began it may ask for it. */
  readonly startedBy: string;
  readonly startedAt: number;
  /** Status and body of the answer that `Location` leads to; 204 where nothing is left to show. */
  readonly status: 200 | 204;
  readonly body: unknown;
};

/** Operations of the last day. They are done when they are written: the lab does in one transaction what they stand for. */
export type Operations = {
  find(id: string): Operation | undefined;
  /** Call inside the transaction that does the work. */
  add(operation: Operation): void;
};
