import { messagesOf } from './messages.ts';
import type { Step } from './steps.ts';

/**
 * A flow as a diagram of Mermaid's. What it says are methods, paths and statuses, which are the same in every language.
 * @see https://mermaid.js.org/syntax/sequenceDiagram.html
 */
export function toMermaid(steps: readonly Step[]): string {
  const parts = [...new Set(steps.flatMap(({ source, target }) => [source, target]))];
  const nameOf = (part: string) => `p${parts.indexOf(part) + 1}`;
  const lines = messagesOf(steps).flatMap(({ step, part }) => {
    const [source, target] = [nameOf(step.source), nameOf(step.target)];
    const question = `${source}->>${target}: ${textOf(`${step.number}. ${questionOf(step)}`)}`;
    const failed = step.outcome === 'failed' ? '--x' : '-->>';
    const answer = `${target}${failed}${source}: ${textOf(answerOf(step))}`;
    return { both: [question, answer], question: [question], answer: [answer] }[part];
  });
  return ['sequenceDiagram', ...parts.map((part) => `participant ${nameOf(part)} as ${textOf(part)}`), ...lines, '']
    .join('\n  ')
    .trimEnd()
    .concat('\n');
}

const questionOf = ({ event: { method, path, host, service, request } }: Step): string => {
  if (service === 'dns') return `${path.slice(1)} ${host}`;
  const resource = request?.query?.resource;
  return `${method} ${path}${resource === undefined ? '' : ` resource=${resource}`}`;
};

const answerOf = ({ event: { status, errorCode } }: Step): string =>
  `${status}${errorCode === undefined ? '' : ` ${errorCode}`}`;

/** Of one line, without what would end a message or be taken for markup. */
const textOf = (text: string): string =>
  text
    .replaceAll(/\s+/g, ' ')
    .slice(0, 160)
    .replaceAll(/[#;<>]/g, (character) => `#${character.charCodeAt(0)};`);
