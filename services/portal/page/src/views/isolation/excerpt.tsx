import { useTexts } from '../../texts/texts.ts';
import { excerptLines } from './excerpt-lines.ts';
import styles from './isolation.module.css';

/** Lines of docker-compose.yml, those that are the cause marked. */
export function Excerpt({ file, first, last }: { file: readonly string[]; first: number; last: number }) {
  const t = useTexts('isolation');
  const lines = excerptLines(file, first, last);
  return (
    <figure className={styles.excerpt}>
      <figcaption>
        {first === last ? t('line', { line: first }) : t('lines', { line: first, lastLine: last })}
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what can be scrolled has to be reached by keyboard */}
      <section aria-label={t('excerpt')} tabIndex={0}>
        <pre>
          {lines.map(({ number, text, isMarked }) => {
            const Line = isMarked ? 'mark' : 'span';
            return (
              <Line key={number} className={styles.line}>
                <span className={styles.number} aria-hidden="true">
                  {number}
                </span>
                <span aria-hidden="true">{isMarked ? '▶' : ' '}</span>
                <code>{text}</code>
                {'\n'}
              </Line>
            );
          })}
        </pre>
      </section>
    </figure>
  );
}
