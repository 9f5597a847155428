import type { IsolationCell, IsolationMap, Topology } from '@managed-identity-lab/client';
import { Rich } from '../../texts/rich.tsx';
import { useLanguage, useTexts } from '../../texts/texts.ts';
import { Button } from '../../ui/button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Excerpt } from './excerpt.tsx';
import styles from './isolation.module.css';
import type { Chosen } from './matrix.tsx';
import { isUnderWay, type Wish } from './use-isolation.ts';
import { SIGNS, stepsOf, verdictOf } from './verdict.ts';

/** One cell: how far the request came, why no further, and the lines of docker-compose.yml behind it. */
export function Detail({
  map: { sources, targets, cells },
  chosen,
  topology,
  underWay,
  onProbe,
}: {
  map: IsolationMap;
  chosen: Chosen;
  topology: Topology | undefined;
  underWay: Wish | undefined;
  onProbe: (wish: Wish) => void;
}) {
  const t = useTexts('isolation');
  const source = sources.find(({ name }) => name === chosen.source);
  const target = targets.find(({ id }) => id === chosen.target);
  if (!source || !target) return null;
  const cell = cells.find((one) => one.source === chosen.source && one.target === chosen.target);
  const title = t('pair', { source: source.machine, target: t(`target.${target.id}`) });
  return (
    <Panel
      title={title}
      actions={
        <Button isPending={isUnderWay(underWay, source.name, target.id)} onPress={() => onProbe(chosen)}>
          {t(cell ? 'again' : 'probe')}
        </Button>
      }
    >
      {target.asked !== undefined && (
        <p className={styles.asked}>
          <code>GET {target.asked}</code>
        </p>
      )}
      <div role="status" className={styles.said}>
        {cell ? <Said cell={cell} /> : <p>{t('not-probed-yet')}</p>}
      </div>
      {cell && (
        <ol className={styles.steps} aria-label={t('steps')}>
          {stepsOf(cell, { asked: target.asked, needsToken: target.audience !== undefined }).map(({ layer, state }) => (
            <li key={layer} className={styles[`step-${state}`]}>
              <span aria-hidden="true">{STEP_SIGNS[state]}</span> {t(`layer.${layer}`)}
              <span className="visually-hidden"> {t(`state.${state}`)}</span>
            </li>
          ))}
        </ol>
      )}
      {cell && <Facts cell={cell} />}
      {cell?.line !== undefined && topology && (
        <Excerpt file={topology.file} first={cell.line} last={cell.lastLine ?? cell.line} />
      )}
    </Panel>
  );
}

const STEP_SIGNS = { done: '✓', stopped: '✗', untried: '·' } as const;

function Said({ cell }: { cell: IsolationCell }) {
  const t = useTexts('isolation');
  const verdict = verdictOf(cell);
  return (
    <>
      <span className={`${styles.verdict} ${styles[verdict]}`}>
        <span aria-hidden="true">{SIGNS[verdict]}</span> {t(`verdict.${verdict}`)}
      </span>
      <Rich of={t} text={`reason.${cell.reason}`} values={{ code: '', ...cell.values }} />
    </>
  );
}

function Facts({ cell: { values, status, code, durationMs, at } }: { cell: IsolationCell }) {
  const t = useTexts('isolation');
  const language = useLanguage();
  const facts: [string, string | undefined][] = [
    ['address', values.address],
    ['status', status === undefined ? undefined : String(status)],
    ['code', code],
    ['took', `${durationMs} ms`],
    ['at', new Date(at).toLocaleTimeString(language)],
  ];
  return (
    <dl className={styles.facts}>
      {facts
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{t(`fact.${name}`)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
