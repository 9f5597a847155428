import { type Container, isWell, listContainers, readModel, urlOf } from '../docker/compose.ts';

/** Every part with its state and health. Exit code 1 when one of them is not well. */
export async function status(): Promise<number> {
  const read = await readModel();
  if ('mistake' in read) {
    console.error(`${read.mistake}\nnpm run lab -- doctor    names what is in the way.`);
    return 1;
  }
  const containers = await listContainers();
  if (containers.length === 0) {
    console.log('The lab is not running. Start it: npm start');
    return 1;
  }
  console.log(`${tableOf(containers)}\n\n${urlOf(read.model)}`);
  return containers.every(isWell) ? 0 : 1;
}

export function tableOf(containers: readonly Container[]): string {
  const rows = [['service', 'state', 'health'], ...containers.map(rowOf)];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const rowOf = ({ Service, State, Health, ExitCode }: Container): string[] => {
  const done = State === 'exited' && ExitCode === 0;
  return [Service, State === 'exited' && !done ? `exited (${ExitCode})` : State, Health || (done ? 'done' : '–')];
};
