import { type ReactNode, useEffect } from 'react';
import { Rich } from '../texts/rich.tsx';
import { type Texts, useTexts } from '../texts/texts.ts';
import styles from './page.module.css';

/** The frame of a view: its title, what it is for in a sentence or two (`intro` of its texts), and what can be done. */
export function Page({
  texts,
  title = texts('title'),
  actions,
  children,
}: {
  texts: Texts;
  title?: string;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const shell = useTexts('shell');
  const lab = shell('title');
  useEffect(() => {
    document.title = `${title} · ${lab}`;
  }, [title, lab]);
  return (
    <div className={styles.page}>
      <div className={styles.heading}>
        <div>
          <h1>{title}</h1>
          {texts.has('intro') && (
            <div className={styles.intro}>
              <Rich of={texts} text="intro" />
            </div>
          )}
        </div>
        {actions !== undefined && <div className={styles.actions}>{actions}</div>}
      </div>
      {children}
    </div>
  );
}
