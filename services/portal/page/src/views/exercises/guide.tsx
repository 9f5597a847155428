import type { Values } from '../../texts/fill-in.ts';
import rich from '../../texts/rich.module.css';
import { type Texts, useTexts } from '../../texts/texts.ts';
import { LinkButton } from '../../ui/button.tsx';
import { Code } from '../../ui/code.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import styles from './exercises.module.css';
import { guideParts } from './guide-parts.ts';

/** A text in which commands for the console can be opened there. */
export function Guide({ of, text, values }: { of: Texts; text: string; values: Values }) {
  const t = useTexts('exercises');
  return (
    <div className={styles.guide}>
      {guideParts(of.rich(text, values)).map((part, index) =>
        'html' in part ? (
          // biome-ignore lint/security/noDangerouslySetInnerHtml: of the page's own files, with escaped values
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text do not move
          <div key={index} className={rich.rich} dangerouslySetInnerHTML={{ __html: part.html }} />
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text do not move
          <div key={index} className={styles.command}>
            <Code
              text={part.command}
              language="bash"
              label={t('command', { machine: part.machine })}
              isCopyable={false}
            />
            <div className={styles.actions}>
              <LinkButton href={consolePath(part)}>{t('open-console', { machine: part.machine })}</LinkButton>
              <CopyButton text={part.command} />
            </div>
          </div>
        ),
      )}
    </div>
  );
}

const consolePath = ({ machine, command }: { machine: string; command: string }): string =>
  `/console?${new URLSearchParams({ workload: machine, curl: command })}`;
