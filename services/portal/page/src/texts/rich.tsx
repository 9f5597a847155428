import type { Values } from './fill-in.ts';
import styles from './rich.module.css';
import type { Texts } from './texts.ts';

/** A text with Markdown. Its HTML comes from the files of the page, and values in it are escaped. */
export function Rich({
  of,
  text,
  values,
  as: Element = 'div',
}: {
  of: Texts;
  text: string;
  values?: Values;
  as?: 'div' | 'span' | 'p';
}) {
  // biome-ignore lint/security/noDangerouslySetInnerHtml: of the page's own files, with escaped values
  return <Element className={styles.rich} dangerouslySetInnerHTML={{ __html: of.rich(text, values) }} />;
}
