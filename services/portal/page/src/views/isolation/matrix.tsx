import type { IsolationMap } from '@managed-identity-lab/client';
import { useState } from 'react';
import { useTexts } from '../../texts/texts.ts';
import { moveByArrowKeys } from './arrow-keys.ts';
import { CellButton, ProbeButton } from './buttons.tsx';
import styles from './isolation.module.css';
import { isUnderWay, type Wish } from './use-isolation.ts';

export type Chosen = { readonly source: string; readonly target: string };

/** Who (across) reaches what (down). Arrow keys move between its buttons, of which one is in the order of Tab. */
export function Matrix({
  map: { sources: all, targets, cells },
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
  const sources = all.filter(({ running }) => running);
  const [focused, setFocused] = useState(`${sources[0]?.name} *`);
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
            <td className={styles.corner}>{t('corner')}</td>
            {sources.map(({ name, machine, networks }) => (
              <th key={name} scope="col" className={styles.source}>
                <span className={styles.machine}>{machine}</span>
                <span className={styles.networks}>{networks.join(' · ')}</span>
                <ProbeButton
                  label={t('probe-source', { source: machine })}
                  spot={spot(`${name} *`)}
                  onPress={() => onProbe({ source: name })}
                >
                  {t('probe')}
                </ProbeButton>
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
                  {sources.map(({ name, machine }) => (
                    <td key={name}>
                      <CellButton
                        source={machine}
                        target={t(`target.${target.id}`)}
                        cell={cells.find((one) => one.source === name && one.target === target.id)}
                        isChosen={chosen?.source === name && chosen.target === target.id}
                        isProbing={isUnderWay(underWay, name, target.id)}
                        spot={spot(`${name} ${target.id}`)}
                        onPress={() => onChoose({ source: name, target: target.id })}
                      />
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
