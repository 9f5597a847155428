import { blockers, diagnose, type Facts, type Finding } from '../doctor/diagnose.ts';
import { probe } from '../doctor/probe.ts';

/** Names everything that is in the way. Exit code 1 when the lab cannot start. */
export async function doctor(): Promise<number> {
  const facts = await probe();
  const findings = diagnose(facts);
  console.log(describeFacts(facts));
  for (const finding of findings) console.log(describeFinding(finding));
  const blocking = blockers(findings).length;
  console.log(
    blocking === 0
      ? 'Nothing is in the way: npm start'
      : `${blocking} in the way. Without containers: npm start -- --embedded`,
  );
  return blocking === 0 ? 0 : 1;
}

const describeFacts = ({ engine, port, model }: Facts): string =>
  [
    `Docker Engine ${engine.engineVersion ?? '–'}, Compose ${engine.composeVersion ?? '–'}`,
    `port ${port.number} ${!port.taken ? 'free' : port.holder?.project === model?.name ? 'published by this lab' : 'taken'}`,
  ].join(', ');

const SIGNS = { blocks: '✖', warns: '!', notes: '·' } as const;

export const describeFinding = ({ weight, what, remedy }: Finding): string =>
  remedy === undefined ? `${SIGNS[weight]} ${what}` : `${SIGNS[weight]} ${what}\n  → ${remedy}`;
