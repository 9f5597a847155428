import type { ClockState } from '@managed-identity-lab/client';
import { useState } from 'react';
import { ask } from '../../api/lab.ts';
import { useAction } from '../../api/use-action.ts';
import { labTime, readInForce, useInForce } from '../../live/in-force.ts';
import { useNow } from '../../live/use-now.ts';
import { durationInWords } from '../../texts/duration.ts';
import { useLanguage, useTexts } from '../../texts/texts.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ErrorNote, Note } from '../../ui/note.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Switch } from '../../ui/switch.tsx';
import { TextField } from '../../ui/text-field.tsx';
import styles from './faults.module.css';

/** The life of an application's token; half a day; past the life of a managed identity's. */
const STEPS = [3_600, 43_200, 90_000];
const HOUR = 3_600;

/** The lab's time: where it is, forward, and standing still. */
export function ClockPanel({ mayChange, onReset }: { mayChange: boolean; onReset: () => void }) {
  const t = useTexts('faults');
  const language = useLanguage();
  const inForce = useInForce();
  const now = useNow();
  const { clock } = inForce;
  const isHeld = clock !== undefined && clock.heldAt !== null;
  const time = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' });
  return (
    <Panel title={t('clock')}>
      <p className={styles.time}>
        <time>{clock ? time.format(labTime(inForce, now) * 1_000) : '–'}</time>
      </p>
      <p className={styles.badges}>
        <Badge kind={clock && clock.offsetSeconds > 0 ? 'warning' : 'good'}>
          {clock && clock.offsetSeconds > 0
            ? t('clock.ahead', { time: durationInWords(clock.offsetSeconds) })
            : t('clock.now')}
        </Badge>
        {isHeld && <Badge kind="warning">{t('clock.held')}</Badge>}
      </p>
      <p>{t('clock.about')}</p>
      {mayChange && <Moves onReset={onReset} />}
    </Panel>
  );
}

function Moves({ onReset }: { onReset: () => void }) {
  const t = useTexts('faults');
  const { clock } = useInForce();
  const [hours, setHours] = useState('2');
  const move = useAction<ClockState>();
  const set = (wish: { forwardSeconds?: number; hold?: boolean }) =>
    move.run(() => ask<ClockState>('PUT', '/clock', wish).finally(readInForce));
  const isHours = Number(hours) > 0 && Number(hours) <= 87_600;
  return (
    <>
      <div className={styles.steps}>
        {STEPS.map((seconds) => (
          <Button key={seconds} isDisabled={move.isPending} onPress={() => set({ forwardSeconds: seconds })}>
            {t('forward', { time: durationInWords(seconds) })}
          </Button>
        ))}
      </div>
      <form
        className={styles.hours}
        onSubmit={(event) => {
          event.preventDefault();
          if (isHours) void set({ forwardSeconds: Math.round(Number(hours) * HOUR) });
        }}
      >
        <TextField
          label={t('hours')}
          type="number"
          value={hours}
          onChange={setHours}
          error={isHours ? undefined : t('number')}
        />
        <Button type="submit" isPending={move.isPending} isDisabled={!isHours}>
          {t('forward.do')}
        </Button>
      </form>
      <Switch isSelected={clock !== undefined && clock.heldAt !== null} onChange={(hold) => void set({ hold })}>
        {t('hold')}
      </Switch>
      <ErrorNote error={move.error} />
      {move.data && move.data.offsetSeconds === clock?.offsetSeconds && <Moved state={move.data} />}
      {clock && clock.offsetSeconds > 0 && (
        <div className={styles.steps}>
          <Button kind="danger" onPress={onReset}>
            {t('back')}
          </Button>
        </div>
      )}
    </>
  );
}

function Moved({ state: { restartedWorkloads = [], stuckWorkloads = [] } }: { state: ClockState }) {
  const t = useTexts('faults');
  return (
    <Note kind={stuckWorkloads.length > 0 ? 'warning' : 'good'} isLive>
      <p>
        {restartedWorkloads.length > 0
          ? t('restarted', { workloads: restartedWorkloads.join(', ') })
          : t('restarted.none')}
      </p>
      {stuckWorkloads.length > 0 && <p>{t('stuck', { workloads: stuckWorkloads.join(', ') })}</p>}
    </Note>
  );
}
