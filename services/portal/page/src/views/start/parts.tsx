import type { LabPart } from '@managed-identity-lab/client';
import { useTexts } from '../../texts/texts.ts';
import { Badge } from '../../ui/badge.tsx';
import { Said } from '../../ui/said.tsx';
import styles from './start.module.css';

/** Every part of the lab: what it plays, where it is reached, how it is. */
export function Parts({ parts }: { parts: readonly LabPart[] }) {
  const t = useTexts('start');
  return (
    <ul className={styles.parts}>
      {parts.map(({ name, plays, reachedAs, ready, detail }) => (
        <li key={name} className={styles.part} style={{ borderLeftColor: `var(--part-${name}, var(--part-workload))` }}>
          <div className={styles.line}>
            <strong>{name}</strong>
            <Badge kind={ready ? 'good' : 'bad'}>{ready ? t('ready') : t('not-ready')}</Badge>
          </div>
          <p>{t.has(`plays.${name}`) ? t(`plays.${name}`) : plays}</p>
          {t.has(`reached.${name}`) ? <p>{t(`reached.${name}`)}</p> : <code>{reachedAs}</code>}
          {detail !== undefined && <Said words={detail} />}
        </li>
      ))}
    </ul>
  );
}
