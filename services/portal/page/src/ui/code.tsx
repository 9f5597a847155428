import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import http from 'highlight.js/lib/languages/http';
import json from 'highlight.js/lib/languages/json';
import typescript from 'highlight.js/lib/languages/typescript';
import yaml from 'highlight.js/lib/languages/yaml';
import { useMemo } from 'react';
import styles from './code.module.css';
import { CopyButton } from './copy-button.tsx';

for (const [name, language] of Object.entries({ bash, http, json, typescript, yaml }))
  hljs.registerLanguage(name, language);

export type CodeLanguage = 'bash' | 'http' | 'json' | 'typescript' | 'yaml' | 'text';

/** Beyond this it is shown as it is: colours are not worth the wait. */
const MOST_HIGHLIGHTED = 50_000;

/** Highlighted text, which can be copied. @param label What it is, for who cannot see where it stands. */
export function Code({
  text,
  language = 'text',
  label,
  isCopyable = true,
}: {
  text: string;
  language?: CodeLanguage;
  label: string;
  isCopyable?: boolean;
}) {
  const html = useMemo(() => highlight(text, language), [text, language]);
  return (
    <div className={styles.code}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what can be scrolled has to be reached by keyboard */}
      <section tabIndex={0} aria-label={label}>
        <pre>
          {html === undefined ? (
            <code>{text}</code>
          ) : (
            // biome-ignore lint/security/noDangerouslySetInnerHtml: the highlighter escapes what it is given
            <code dangerouslySetInnerHTML={{ __html: html }} />
          )}
        </pre>
      </section>
      {isCopyable && <CopyButton text={text} />}
    </div>
  );
}

/** As JSON with two spaces. */
export const Json = ({ value, label }: { value: unknown; label: string }) => (
  <Code text={JSON.stringify(value, undefined, 2) ?? ''} language="json" label={label} />
);

/** HTML in which the text is escaped; undefined where it is shown as it is. */
export const highlight = (text: string, language: CodeLanguage): string | undefined =>
  language === 'text' || text.length > MOST_HIGHLIGHTED
    ? undefined
    : hljs.highlight(text, { language, ignoreIllegals: true }).value;
