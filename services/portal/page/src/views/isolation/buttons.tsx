import type { IsolationCell } from '@managed-identity-lab/client';
import type { ReactNode } from 'react';
import { type Texts, useTexts } from '../../texts/texts.ts';
import styles from './isolation.module.css';
import { isStatus, SIGNS, verdictOf } from './verdict.ts';

/** Whether it is the one of its table that Tab finds. */
type Spot = { readonly tabIndex: number; readonly onFocus: () => void };

/** Of the map: lets one machine, one target or all of them be probed. */
export const ProbeButton = ({
  label,
  spot,
  onPress,
  children,
}: {
  label: string;
  spot: Spot;
  onPress: () => void;
  children: ReactNode;
}) => (
  <button type="button" className={styles.probe} aria-label={label} title={label} onClick={onPress} {...spot}>
    {children}
  </button>
);

/** What came of one source and one target, in a sign and a word; opens it. */
export function CellButton({
  source,
  target,
  cell,
  isChosen,
  isProbing,
  spot,
  onPress,
}: {
  source: string;
  target: string;
  cell: IsolationCell | undefined;
  isChosen: boolean;
  isProbing: boolean;
  spot: Spot;
  onPress: () => void;
}) {
  const t = useTexts('isolation');
  const verdict = cell && verdictOf(cell);
  const words = isProbing ? t('probing') : cell ? shortOf(t, cell) : t('not-probed');
  return (
    <button
      type="button"
      className={`${styles.cell} ${verdict ? styles[verdict] : ''}`}
      aria-label={t('cell', { source, target, outcome: words })}
      aria-pressed={isChosen}
      data-probing={isProbing || undefined}
      onClick={onPress}
      {...spot}
    >
      <span aria-hidden="true">{isProbing ? '…' : verdict ? SIGNS[verdict] : '·'}</span>
      {(cell || isProbing) && <span aria-hidden="true">{words}</span>}
    </button>
  );
}

/** In a word or two: `reached`, `no route`, `401`. */
const shortOf = (t: Texts, { outcome, stoppedBy = '' }: IsolationCell): string => {
  if (outcome === 'reached') return t('short.reached');
  return isStatus(stoppedBy) ? t('short.status', { status: stoppedBy }) : t(`short.${stoppedBy}`);
};
