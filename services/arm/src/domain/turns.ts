import { AzureError } from '@lab/shared/azure-error.ts';
import { ownLife } from '@lab/shared/feed/own-life.ts';

/**
 * Who may change the lab when: one life after the other begins or is copied, and what is written meanwhile waits. A request
 * that was let in by the roles of a life that is over writes nothing into the next one.
 */
export type Turns = {
  /** One at a time, when all before it are done. */
  alone<T>(work: () => Promise<T>): Promise<T>;
  /** Runs what a request does; remembers in which life it was let in. */
  inThisLife(work: () => void): void;
  /**
   * To be waited for before each write.
   * @throws AzureError `unavailable` ServiceUnavailable where the life in which the request was let in is over.
   */
  mine(): Promise<void> | undefined;
};

export function turnsOf(epoch: () => string): Turns {
  const { enter, check } = ownLife(epoch, lifeIsOver);
  let last: Promise<unknown> = Promise.resolve();
  let busy = 0;
  const whenNobodyIsAlone = async (): Promise<void> => {
    while (busy > 0) await last; // those who came meanwhile too
    check();
  };
  return {
    alone: (work) => {
      busy += 1;
      const mine = last.then(work).finally(() => {
        busy -= 1;
      });
      last = mine.catch(() => {});
      return mine;
    },
    inThisLife: enter,
    mine: () => {
      if (busy > 0) return whenNobodyIsAlone();
      check();
      return undefined;
    },
  };
}

const lifeIsOver = () =>
  new AzureError({
    kind: 'unavailable',
    code: 'ServiceUnavailable',
    message: 'The lab was reset or a snapshot of it was restored while this request was under way. Please try again.',
  });
