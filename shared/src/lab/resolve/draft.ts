import type { Kind, Resource, ResourceOf } from '../../feed/resources.ts';
import type { LabFile } from '../lab-file.ts';
import { LabFileError } from '../load-lab.ts';

export type Path = readonly PropertyKey[];

type Group = LabFile['tenants'][number]['subscriptions'][number]['resourceGroups'][number];
type ListKey =
  | 'virtualMachines'
  | 'functionApps'
  | 'managedClusters'
  | 'userAssignedIdentities'
  | 'vaults'
  | 'storageAccounts';
/** An entry of a resource group, as the file has it. */
export type Entry<K extends ListKey> = Group[K][number];

/** Where the walk through the file stands. */
export type Place = {
  readonly tenantId: string;
  readonly subscriptionId: string;
  readonly groupId: string;
  readonly group: string;
  readonly location: string;
};

/** What the walk has found so far: resources, mistakes, and what can be done only when all of it has been seen. */
export type Draft = {
  add<K extends Kind>(kind: K, id: string, value: ResourceOf<K>, path: Path): void;
  mistake(path: Path, message: string): void;
  /** For what may name something that stands further down in the file. Steps run in the order in which they came. */
  later(step: () => void): void;
  /** @throws LabFileError with a line per mistake. */
  finish(): Resource[];
};

/** @param name What to call the file in messages. */
export function draftOf(lineOf: (path: Path) => number, name: string): Draft {
  const resources = new Map<string, Resource>();
  const mistakes: string[] = [];
  const steps: (() => void)[] = [];
  const mistake = (path: Path, message: string) => {
    mistakes.push(`${name}:${lineOf(path)}: ${path.join('.')}: ${message}`);
  };
  return {
    mistake,
    add: (kind, id, value, path) => {
      const key = `${kind} ${id.toLowerCase()}`;
      if (resources.has(key)) mistake(path, 'the same is declared further up already.');
      resources.set(key, { kind, id, value } as Resource);
    },
    later: (step) => {
      steps.push(step);
    },
    finish: () => {
      for (const step of steps) step();
      if (mistakes.length > 0) throw new LabFileError(mistakes.join('\n'));
      return [...resources.values()];
    },
  };
}
