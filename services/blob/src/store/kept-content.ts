import type { Tables } from '@lab/shared/tables.ts';
import type { Blocks, Content } from '../domain/storage.ts';

/** Content of which nothing is removed that a snapshot still names. */
export type KeptContent = Content & {
  /** After snapshots were made or forgotten: removes what only those that have gone named. */
  reconsider(): void;
};

/** Files are never changed, so a snapshot of the rows that name them is one of the bytes too, as long as they are there. */
export function keptContent(content: Content, tables: Tables, blocks: Pick<Blocks, 'allFiles'>): KeptContent {
  const named = () => new Set([...tables.copied('segments', 'file'), ...tables.copied('blocks', 'file')]);
  let kept = named();
  return {
    ...content,
    discard: (files) => content.discard(files.filter((file) => !kept.has(file))),
    sweep: (known) => content.sweep(new Set([...known, ...kept])),
    reconsider: () => {
      const before = kept;
      kept = named();
      const live = blocks.allFiles();
      content.discard([...before].filter((file) => !kept.has(file) && !live.has(file)));
    },
  };
}
