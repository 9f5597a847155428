import type { Topology } from '@managed-identity-lab/client';
import { useLocation } from 'wouter';
import { ask } from '../../api/lab.ts';
import { useAsk } from '../../api/use-ask.ts';
import { useParameters } from '../../app/hash-location.ts';
import { Rich } from '../../texts/rich.tsx';
import { useTexts } from '../../texts/texts.ts';
import { Button } from '../../ui/button.tsx';
import { Loading } from '../../ui/loading.tsx';
import { ErrorNote, Note } from '../../ui/note.tsx';
import { Page } from '../../ui/page.tsx';
import { Detail } from './detail.tsx';
import styles from './isolation.module.css';
import { Legend } from './legend.tsx';
import { type Chosen, Matrix } from './matrix.tsx';
import { NotStarted } from './not-started.tsx';
import { useIsolation } from './use-isolation.ts';

/** Who reaches what, tried for real: `#/isolation?source=outsider&target=imds` opens a cell. */
export default function Isolation() {
  const t = useTexts('isolation');
  const { map, error, isLoading, isIsolated, underWay, probe } = useIsolation();
  const { data: topology } = useAsk('topology', (signal) => ask<Topology>('GET', '/topology', undefined, signal));
  const [, navigate] = useLocation();
  const parameters = useParameters();
  const [source, target] = [parameters.get('source'), parameters.get('target')];
  const chosen = source !== null && target !== null ? { source, target } : undefined;
  const choose = (next: Chosen) => {
    navigate(`/isolation?${new URLSearchParams(next)}`, { replace: true });
    const isNew = !map?.cells.some((one) => one.source === next.source && one.target === next.target);
    if (isNew && !underWay) void probe(next);
  };

  return (
    <Page
      texts={t}
      actions={
        map && (
          <Button kind="primary" isPending={underWay !== undefined} onPress={() => probe({})}>
            {t('probe-all')}
          </Button>
        )
      }
    >
      {isLoading && <Loading />}
      <ErrorNote error={error} />
      {!isIsolated && (
        <Note title={t('not-isolated')}>
          <Rich of={t} text="not-isolated-why" />
        </Note>
      )}
      {map && (
        <>
          {map.unheard.length > 0 && (
            <Note kind="warning" isLive>
              <p>{t('unheard', { sources: map.unheard.join(', ') })}</p>
            </Note>
          )}
          <Legend />
          <NotStarted sources={map.sources} />
          <div className={styles.frame}>
            <div className={styles.columns}>
              <Matrix map={map} chosen={chosen} underWay={underWay} onChoose={choose} onProbe={probe} />
              <div className={styles.detail}>
                {chosen ? (
                  <Detail map={map} chosen={chosen} topology={topology} underWay={underWay} onProbe={probe} />
                ) : (
                  <p className={styles.empty}>{t('choose')}</p>
                )}
              </div>
            </div>
          </div>
        </>
      )}
    </Page>
  );
}
