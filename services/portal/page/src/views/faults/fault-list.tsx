import { isInForce } from '@lab/shared/faults/in-force.ts';
import type { Fault } from '@managed-identity-lab/client';
import { ask } from '../../api/lab.ts';
import { useAction } from '../../api/use-action.ts';
import { readInForce } from '../../live/in-force.ts';
import { useNow } from '../../live/use-now.ts';
import { durationInWords } from '../../texts/duration.ts';
import { useTexts } from '../../texts/texts.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/note.tsx';
import { Panel } from '../../ui/panel.tsx';
import { type Column, Table } from '../../ui/table.tsx';
import { effectWords } from './effect-words.ts';

/** What is in force, and what was: a fault that is used up stays in the list until it is removed. */
export function FaultList({
  faults,
  unheard,
  mayChange,
}: {
  faults: readonly Fault[];
  unheard: readonly string[];
  mayChange: boolean;
}) {
  const t = useTexts('faults');
  const now = useNow();
  const removal = useAction<void>();
  const remove = (id: string) =>
    removal.run(async () => {
      await ask('DELETE', `/faults/${encodeURIComponent(id)}`).finally(readInForce);
    });
  const left = ({ remaining, until }: Fault): string => {
    if (until !== undefined) return t('left.time', { time: durationInWords((Date.parse(until) - now) / 1_000) });
    return remaining === undefined ? t('left.ever') : t('left.times', { times: remaining });
  };
  const removing: Column<Fault> = {
    id: 'remove',
    title: <span className="visually-hidden">{t('remove')}</span>,
    cell: ({ id, service }) => (
      <Button
        kind="quiet"
        aria-label={t('remove.which', { service: t(`service.${service}`) })}
        onPress={() => remove(id)}
      >
        {t('remove')}
      </Button>
    ),
  };
  return (
    <Panel title={t('in-force')}>
      <ErrorNote error={removal.error} />
      {faults.length === 0 ? (
        <p>{t('in-force.none')}</p>
      ) : (
        <Table
          caption={t('in-force.table')}
          rows={faults}
          keyOf={({ id }) => id}
          columns={[
            {
              id: 'service',
              title: t('service'),
              isRowHeader: true,
              cell: ({ service }) => t(`service.${service}`),
            },
            {
              id: 'operation',
              title: t('operation'),
              cell: ({ operation }) => (operation === undefined ? t('operation.any') : <code>{operation}</code>),
            },
            { id: 'caller', title: t('caller'), cell: ({ caller }) => caller ?? t('caller.any') },
            {
              id: 'effect',
              title: t('effect'),
              cell: ({ effect }) =>
                effectWords(effect)
                  .map(({ key, values }) => t(key, values))
                  .join(' · '),
            },
            {
              id: 'left',
              title: t('left'),
              cell: (fault) =>
                isInForce(fault, now) ? (
                  <Badge kind="bad">{left(fault)}</Badge>
                ) : (
                  <Badge kind="plain">{t('left.none')}</Badge>
                ),
            },
            { id: 'applied', title: t('applied'), cell: ({ applied }) => applied },
            ...(mayChange ? [removing] : []),
          ]}
        />
      )}
      {unheard.length > 0 && (
        <p>{t('unheard', { services: unheard.map((name) => t(`service.${name}`)).join(', ') })}</p>
      )}
    </Panel>
  );
}
