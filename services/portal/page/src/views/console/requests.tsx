import type { Resource, Workload } from '@managed-identity-lab/client';
import { useId, useLayoutEffect } from 'react';
import { ask, isSilence } from '../../api/lab.ts';
import { useAsk } from '../../api/use-ask.ts';
import { useTexts } from '../../texts/texts.ts';
import { Button } from '../../ui/button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Answer } from './answer.tsx';
import styles from './console.module.css';
import { CurlLine } from './curl-line.tsx';
import { Form } from './form.tsx';
import { History } from './history.tsx';
import { namesIn } from './names.ts';
import { TemplateSelect } from './template-select.tsx';
import { TokenInHand } from './token-in-hand.tsx';
import { useConsole } from './use-console.ts';

/** A request, written as a form and as a line with curl, and what came of it. */
export function Requests({ workload, line }: { workload: Workload | undefined; line: string | undefined }) {
  const t = useTexts('console');
  const form = useId();
  const console = useConsole();
  const { data: resources, error: noResources } = useAsk('resources', (signal) =>
    ask<{ resources: Resource[] }>('GET', '/resources', undefined, signal),
  );
  // Until then nothing can be begun with: it would name what may not be there. Whoever may not know begins with the usual names.
  const isRefused = noResources !== undefined && !isSilence(noResources);
  const names = resources || isRefused ? namesIn(resources?.resources ?? []) : undefined;
  // Before anything is shown: who is quick would send, or change, the one before.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a link says it once, and then the person does
  useLayoutEffect(() => {
    if (line !== undefined) console.writeLine(line);
  }, [line]);
  const shown = console.sent.find(({ id }) => id === console.shown);
  const isSending = console.sent.some(({ response, error }) => !response && !error);
  const problem = console.problem ?? console.line.problem;
  return (
    <div className={styles.columns}>
      <Panel
        title={t('request')}
        actions={
          <Button
            type="submit"
            form={form}
            kind="primary"
            isDisabled={!workload?.running || console.line.problem !== undefined}
          >
            {isSending ? t('sending') : t('send', { machine: workload?.machine ?? '' })}
          </Button>
        }
      >
        <form
          id={form}
          className={styles.form}
          onSubmit={(event) => {
            event.preventDefault();
            if (workload?.running && !isSending) void console.send(workload);
          }}
        >
          <TemplateSelect names={names} onSelect={console.write} />
          <Form draft={console.draft} onChange={console.write} />
          <CurlLine text={console.line.text} problem={problem} onChange={console.writeLine} />
          <TokenInHand token={console.token} onForget={() => console.setToken(undefined)} />
        </form>
      </Panel>
      <div className={styles.answers}>
        <Panel title={t('answer')}>
          <Answer sent={shown} token={console.token} onUse={console.setToken} />
        </Panel>
        {console.sent.length > 0 && (
          <Panel title={t('history')}>
            <History
              sent={console.sent}
              shown={console.shown}
              onShow={(one) => {
                console.write(one.draft);
                console.setShown(one.id);
              }}
            />
          </Panel>
        )}
      </div>
    </div>
  );
}
