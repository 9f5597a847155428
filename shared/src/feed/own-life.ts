import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * In which life of the lab a request was let in: by the roles of that one. What such a request reads or writes later, when a
 * reset or a snapshot has begun another life, would be what those roles were never about.
 */
export type OwnLife = {
  /** Runs what a request does. */
  enter(work: () => void): void;
  /** Throws where the life in which the request was let in is over. Outside of a request nothing. */
  check(): void;
  /** A store whose every method checks first. */
  guard<T extends object>(store: T): T;
};

/** @param epoch Of now; undefined before there is any. */
export function ownLife(epoch: () => string | undefined, refusal: () => Error): OwnLife {
  const letIn = new AsyncLocalStorage<{ readonly epoch: string | undefined }>();
  const check = () => {
    const own = letIn.getStore();
    if (own && own.epoch !== epoch()) throw refusal();
  };
  return {
    enter: (work) => letIn.run({ epoch: epoch() }, work),
    check,
    guard: (store) =>
      new Proxy(store, {
        get: (target, name) => {
          const member: unknown = Reflect.get(target, name);
          if (typeof member !== 'function') return member;
          return (...args: unknown[]) => {
            check();
            return Reflect.apply(member, target, args);
          };
        },
      }),
  };
}
