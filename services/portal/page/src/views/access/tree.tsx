import { Link } from 'wouter';
import { useTexts } from '../../texts/texts.ts';
import styles from './access.module.css';
import { entryHref } from './addresses.ts';
import type { Entry } from './model.ts';

/** What there is, as Azure nests it. Each entry is a link: it can be given to somebody else. */
export function Tree({ entries, selected }: { entries: readonly Entry[]; selected: string | undefined }) {
  const t = useTexts('access');
  return (
    <nav aria-label={t('tree')} className={styles.tree}>
      <Branch entries={entries} selected={selected} />
    </nav>
  );
}

function Branch({ entries, selected }: { entries: readonly Entry[]; selected: string | undefined }) {
  const t = useTexts('access');
  return (
    <ul>
      {entries.map((entry) => (
        <li key={entry.id}>
          <Link
            href={entryHref(entry.id)}
            className={`${styles.entry} ${styles[entry.kind] ?? ''}`}
            {...(entry.id === selected && { 'aria-current': 'true' as const })}
          >
            <span className={styles.entryName}>{entry.name}</span>
            <span className={styles.entryKind}>
              {t(entry.kind === 'userAssignedIdentity' ? 'identity' : `kind.${entry.kind}`)}
            </span>
          </Link>
          {entry.children.length > 0 && <Branch entries={entry.children} selected={selected} />}
        </li>
      ))}
    </ul>
  );
}
