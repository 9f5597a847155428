import type { IsolationCell, IsolationMap } from '@managed-identity-lab/client';
import { type ReactNode, useState } from 'react';
import { useTexts } from '../../texts/texts.ts';
import { moveByArrowKeys } from './arrow-keys.ts';
import styles from './isolation.module.css';
import { isUnderWay, type Wish } from './use-isolation.ts';
import { isStatus, SIGNS, verdictOf } from './verdict.ts';

export type Chosen = { readonly source: string; readonly target: string };

/** Who (across) reaches what (down). Arrow keys move between its buttons, of which one is in the order of Tab. */
export function Matrix({
  map: { sources, targets, cells },
  chosen,
  underWay,
  onChoose,
  onProbe,
}: {
  map: IsolationMap;
  chosen: Chosen | undefined;
  underWay: Wish | undefined;
  onChoose: (chosen: Chosen) => void;
  onProbe: (wish: Wish) => void;
}) {
  const t = useTexts('isolation');
  const [focused, setFocused] = useState('corner');
  const groups = [...new Set(targets.map(({ group }) => group))];
  const spot = (id: string) => ({ tabIndex: id === focused ? 0 : -1, onFocus: () => setFocused(id) });
  return (
    <section className={styles.scroll} aria-label={t('matrix')}>
      <table
        className={styles.matrix}
        style={{ minWidth: `${11.5 + 6.3 * sources.length}rem` }}
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: its cells are walked through by arrow keys
        role="grid"
        aria-label={t('title')}
        onKeyDown={moveByArrowKeys}
      >
        <thead>
          <tr>
            <th scope="col">
              <ProbeButton label={t('probe-all')} spot={spot('corner')} onPress={() => onProbe({})}>
                {t('probe-all')}
              </ProbeButton>
            </th>
            {sources.map(({ name, machine, networks, running, profile }) => (
              <th key={name} scope="col" className={styles.source}>
                <span className={styles.machine}>{machine}</span>
                <span className={styles.networks}>{networks.join(' · ')}</span>
                {running ? (
                  <ProbeButton
                    label={t('probe-source', { source: machine })}
                    spot={spot(`${name} *`)}
                    onPress={() => onProbe({ source: name })}
                  >
                    {t('probe')}
                  </ProbeButton>
                ) : (
                  <span className={styles.networks}>{t('not-running', { profile: profile ?? '' })}</span>
                )}
              </th>
            ))}
          </tr>
        </thead>
        {groups.map((group) => (
          <tbody key={group}>
            <tr>
              <th scope="rowgroup" colSpan={sources.length + 1} className={styles.group}>
                {t(`group.${group}`)}
              </th>
            </tr>
            {targets
              .filter((target) => target.group === group)
              .map((target) => (
                <tr key={target.id}>
                  <th scope="row" className={styles.target}>
                    <div className={styles.row}>
                      <span style={{ borderLeftColor: `var(--part-${target.part}, var(--line-strong))` }}>
                        {t(t.has(`row.${target.id}`) ? `row.${target.id}` : `target.${target.id}`)}
                      </span>
                      <ProbeButton
                        label={t('probe-target', { target: t(`target.${target.id}`) })}
                        spot={spot(`* ${target.id}`)}
                        onPress={() => onProbe({ target: target.id })}
                      >
                        <span aria-hidden="true">↻</span>
                      </ProbeButton>
                    </div>
                  </th>
                  {sources.map(({ name, machine, running }) => (
                    <td key={name}>
                      {running && (
                        <CellButton
                          source={machine}
                          target={t(`target.${target.id}`)}
                          cell={cells.find((one) => one.source === name && one.target === target.id)}
                          isChosen={chosen?.source === name && chosen.target === target.id}
                          isProbing={isUnderWay(underWay, name, target.id)}
                          spot={spot(`${name} ${target.id}`)}
                          onPress={() => onChoose({ source: name, target: target.id })}
                        />
                      )}
                    </td>
                  ))}
                </tr>
              ))}
          </tbody>
        ))}
      </table>
    </section>
  );
}

type Spot = { readonly tabIndex: number; readonly onFocus: () => void };

const ProbeButton = ({
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

function CellButton({
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
export const shortOf = (t: ReturnType<typeof useTexts>, { outcome, stoppedBy = '' }: IsolationCell): string => {
  if (outcome === 'reached') return t('short.reached');
  return isStatus(stoppedBy) ? t('short.status', { status: stoppedBy }) : t(`short.${stoppedBy}`);
};
