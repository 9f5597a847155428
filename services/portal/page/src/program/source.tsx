import type { ProgramSource } from '@managed-identity-lab/client';
import { useEffect, useMemo, useRef } from 'react';
import { useTexts } from '../texts/texts.ts';
import { highlight } from '../ui/code.tsx';
import styles from './program.module.css';
import { lineState, type RunState } from './run-state.ts';
import { linesOf } from './source-lines.ts';

/** The source with its numbers; what is being executed is marked, and where a step failed. */
export function Source({ source: { text, steps }, state }: { source: ProgramSource; state: RunState }) {
  const t = useTexts('console');
  const lines = useMemo(() => linesOf(highlight(text.trimEnd(), 'typescript') ?? escaped(text)), [text]);
  const scrolled = useRef<HTMLElement>(null);
  useEffect(() => {
    // Within the source alone: the page stays where the person has it.
    const here = state.steps.size > 0 && scrolled.current?.querySelector<HTMLElement>('[data-place]');
    if (here && scrolled.current) scrolled.current.scrollTop = here.offsetTop - scrolled.current.clientHeight / 3;
  }, [state]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what can be scrolled has to be reached by keyboard
    <section ref={scrolled} className={styles.source} tabIndex={0} aria-label={t('source')}>
      <ol>
        {lines.map((html, index) => {
          const now = lineState(index + 1, steps, state);
          const isHere = now?.isPlace && now.state !== 'succeeded';
          return (
            <li
              // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name
              key={index}
              data-state={now?.state}
              {...(isHere && { 'data-place': now.state, 'aria-current': 'step' })}
            >
              <span className={styles.mark}>
                {isHere && (
                  <>
                    <span aria-hidden="true">{now.state === 'failed' ? '✗' : '▶'}</span>
                    <span className={styles.spoken}>{now.state === 'failed' ? t('failed-here') : t('is-here')}</span>
                  </>
                )}
              </span>
              {/* biome-ignore lint/security/noDangerouslySetInnerHtml: the highlighter escapes what it is given */}
              <code dangerouslySetInnerHTML={{ __html: html || ' ' }} />
            </li>
          );
        })}
      </ol>
    </section>
  );
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
