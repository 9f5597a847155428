/** A state of the lab under a name. What belongs to it is in copies, in each service that has state of its own. */
export type Snapshot = {
  readonly name: string;
  /** Of the copies. */
  readonly id: string;
  /** The system's time, epoch seconds: the lab's own goes back with a snapshot. */
  readonly takenAt: number;
};

export type Snapshots = {
  all(): readonly Snapshot[];
  find(name: string): Snapshot | undefined;
  /** Copies what there is now, under this name; one that had it is replaced. Copies but these go. Call in a transaction. */
  put(snapshot: Snapshot, keep: readonly string[]): void;
  remove(name: string): void;
};
