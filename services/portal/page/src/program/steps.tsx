import type { ProgramSource } from '@managed-identity-lab/client';
import { slug } from '../texts/slug.ts';
import { useTexts } from '../texts/texts.ts';
import { Badge, type BadgeKind } from '../ui/badge.tsx';
import { Code } from '../ui/code.tsx';
import { Said } from '../ui/said.tsx';
import { inWords } from '../views/start/milliseconds.ts';
import styles from './program.module.css';
import type { RunState, StepState } from './run-state.ts';

const KINDS: Readonly<Record<StepState, BadgeKind>> = { begun: 'accent', succeeded: 'good', failed: 'bad' };

/** The steps of the program, and what came of each. */
export function Steps({ steps, state }: { steps: ProgramSource['steps']; state: RunState }) {
  const t = useTexts('console');
  const words = useTexts('start');
  const named = (step: string) => {
    const key = `step.${slug(step)}`;
    return words.has(key) ? words(key) : step;
  };
  // What fails before the first step, such as a missing package, is told as a step of its own.
  const others = (state.run?.steps ?? []).filter(({ step }) => !steps.some((one) => one.step === step));
  const names = [...others.map(({ step }) => step), ...steps.map(({ step }) => step)];
  return (
    <ol className={styles.steps} aria-live="polite">
      {names.map((name) => {
        const now = state.steps.get(name)?.state;
        const report = state.run?.steps.find(({ step }) => step === name);
        const kind = report ? KINDS[report.outcome] : now ? KINDS[now] : 'plain';
        return (
          <li key={name}>
            <div className={styles.step}>
              <Badge kind={kind}>{named(name)}</Badge>
              <span className={styles.quiet}>
                {report ? inWords(report.durationMs) : t(`step-state.${now ?? 'waits'}`)}
              </span>
            </div>
            {report?.result !== undefined && <Said by="program" words={report.result} />}
            {report?.error && <Code text={report.error.message} label={t('message')} isCopyable={false} />}
          </li>
        );
      })}
    </ol>
  );
}
