/** Who shares the lab, and who of them asks. */

/** Somebody who shares the lab, with a place of their own in it: a machine and a resource group. */
export type Participant = {
  readonly name: string;
  /** Host name of the machine that they sit at. */
  readonly machine: string;
  /** What the lab API calls it. */
  readonly workload?: string | undefined;
  /** Whether that machine runs. */
  readonly running: boolean;
  readonly resourceGroup: string;
  /** What they sign in with: they open the page's address with `#/room?code=…`. */
  readonly code: string;
  /** Whether they have the page open, as far as the portal remembers. */
  readonly signedIn: boolean;
  /** Ids of the exercises that they have done. */
  readonly passed: readonly string[];
};

/** Who asks the lab API. */
export type Session = {
  /** `none`: nobody that the lab knows. */
  readonly role: 'trainer' | 'participant' | 'none';
  /** Name of the participant, where it is one. */
  readonly participant?: string;
};
