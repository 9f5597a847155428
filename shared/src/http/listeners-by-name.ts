import { type Listener, listenAll } from './lifecycle.ts';

/** Listeners that come and go while a service runs, one for each of the things that it stands for. */
export type ListenersByName = {
  /** Opens those that are missing and closes those whose thing has gone. Calls take turns. */
  keepFor(names: readonly string[]): Promise<void>;
  ports(): ReadonlyMap<string, number>;
  close(): Promise<void>;
};

/**
 * For where a name cannot tell things apart and a port has to: the embedded lab, where all names are `localhost`.
 * @param onOpen Told each new port before anybody else can know it.
 */
export function listenersByName(
  listenerFor: (name: string) => Listener,
  onOpen: (name: string, port: number) => void = () => {},
): ListenersByName {
  const open = new Map<string, { readonly port: number; close(): Promise<void> }>();
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work);
    turn = mine.catch(() => {});
    return mine;
  };
  const drop = async (isWanted: (name: string) => boolean): Promise<void> => {
    const gone = [...open].filter(([name]) => !isWanted(name));
    for (const [name] of gone) open.delete(name);
    await Promise.all(gone.map(([, listener]) => listener.close()));
  };
  return {
    keepFor: (names) =>
      inTurn(async () => {
        await drop((name) => names.includes(name));
        for (const name of names) {
          if (open.has(name)) continue;
          const { ports, close } = await listenAll({ only: listenerFor(name) });
          onOpen(name, ports.only);
          open.set(name, { port: ports.only, close });
        }
      }),
    ports: () => new Map([...open].map(([name, { port }]) => [name, port])),
    close: () => inTurn(() => drop(() => false)),
  };
}
