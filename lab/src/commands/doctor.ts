import { blockers, diagnose, type Facts, type Finding } from '../doctor/diagnose.ts';
import { probe } from '../doctor/probe.ts';

/** Names everything that is in the way. Exit code 1 when the lab cannot start. */
export async function doctor(): Promise<number> {
  const { text, blocking } = await describeDoctor();
  console.log(text);
  return blocking === 0 ? 0 : 1;
}

/** @returns what it says, and how many are in the way. */
export async function describeDoctor(): Promise<{ text: string; blocking: number }> {
  const facts = await probe();
  const findings = diagnose(facts);
  const blocking = blockers(findings).length;
  const verdict =
    blocking === 0
      ? 'Nothing is in the way: npm start'
      : `${blocking} in the way. Without containers: npm start -- --embedded`;
  return { text: [describeFacts(facts), ...findings.map(describeFinding), verdict].join('\n'), blocking };
}

const describeFacts = ({ engine, port, model }: Facts): string =>
  [
    `Docker Engine ${engine.engineVersion ?? '–'}, Compose ${engine.composeVersion ?? '–'}`,
    `port ${port.number} ${!port.taken ? 'free' : port.holder?.project === model?.name ? 'published by this lab' : 'taken'}`,
  ].join(', ');

const SIGNS = { blocks: '✖', warns: '!', notes: '·' } as const;

export const describeFinding = ({ weight, what, remedy }: Finding): string =>
  remedy === undefined ? `${SIGNS[weight]} ${what}` : `${SIGNS[weight]} ${what}\n  → ${remedy}`;
