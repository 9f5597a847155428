import { useState } from 'react';
import { useLocation } from 'wouter';
import { useParameters } from '../../app/hash-location.ts';
import { useSession } from '../../app/session.ts';
import { useTexts } from '../../texts/texts.ts';
import { Button } from '../../ui/button.tsx';
import { Loading } from '../../ui/loading.tsx';
import { ErrorNote } from '../../ui/note.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import styles from './access.module.css';
import type { Done } from './action.ts';
import { Details } from './details.tsx';
import { DoneList } from './done-list.tsx';
import { type LabModel, same } from './model.ts';
import { ProposalDialog } from './proposal-dialog.tsx';
import { type Proposal, ProposeContext } from './proposals.ts';
import { Tree } from './tree.tsx';
import { useLabModel } from './use-lab-model.ts';
import { WhoMay } from './who-may.tsx';

const MOST_DONE = 20;

/** Who is there and who may do what: to look at, and to change, each change with the command of `az` that does the same. */
export default function Access() {
  const t = useTexts('access');
  const { model, error, reload, changed } = useLabModel();
  const isTrainer = useSession()?.role === 'trainer';
  const [proposal, setProposal] = useState<Proposal>();
  const [done, setDone] = useState<readonly Done[]>([]);
  return (
    <Page
      texts={t}
      actions={
        // Of everybody: in a shared lab up to the trainer.
        isTrainer && (
          <Button onPress={() => setProposal({ form: 'confirm', action: { kind: 'rotateSigningKeys' } })}>
            {t('signing-keys.rotate')}
          </Button>
        )
      }
    >
      <ErrorNote error={error} />
      {!model && !error && <Loading />}
      {model && (
        <ProposeContext value={setProposal}>
          <DoneList done={done} />
          <Views model={model} version={`${changed} ${done.length}`} />
          {proposal && (
            <ProposalDialog
              proposal={proposal}
              model={model}
              // By then it may be another one that is open.
              onClose={(closed) => setProposal((now) => (now === closed ? undefined : now))}
              onDone={async (one) => {
                await reload();
                setDone((before) => [one, ...before].slice(0, MOST_DONE));
              }}
            />
          )}
        </ProposeContext>
      )}
    </Page>
  );
}

function Views({ model, version }: { model: LabModel; version: string }) {
  const t = useTexts('access');
  const parameters = useParameters();
  const [, navigate] = useLocation();
  // By its id, or by its name, as exercises do who know no id.
  const asked = parameters.get('at') ?? parameters.get('resource') ?? undefined;
  const at = asked === undefined ? undefined : (model.find(asked)?.id ?? asked);
  const tab = parameters.get('tab') === 'who' ? 'who' : 'tree';
  const query = at === undefined ? '' : `at=${encodeURIComponent(at)}`;
  return (
    <Tabs
      label={t('title')}
      selected={tab}
      onSelect={(id) => navigate(id === 'who' ? `/access?tab=who&${query}` : `/access?${query}`)}
      tabs={[
        { id: 'tree', title: t('tree'), content: <Explorer at={at} model={model} /> },
        {
          id: 'who',
          title: t('who'),
          content: (
            <WhoMay at={at} question={parameters.get('question') ?? undefined} version={version} model={model} />
          ),
        },
      ]}
    />
  );
}

function Explorer({ at, model }: { at: string | undefined; model: LabModel }) {
  const t = useTexts('access');
  const entry = (at === undefined ? undefined : model.find(at)) ?? firstMachine(model) ?? model.tenants[0];
  return (
    <div className={styles.explorer}>
      <Panel>
        <Tree entries={model.tenants} selected={entry?.id} />
      </Panel>
      {at !== undefined && entry && !same(entry.id, at) && <p role="status">{t('gone')}</p>}
      {entry && <Details entry={entry} model={model} />}
    </div>
  );
}

const firstMachine = ({ machines, find }: LabModel) => {
  const [first] = machines;
  return first && find(first.id);
};
