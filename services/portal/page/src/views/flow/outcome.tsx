import type { StepOutcome } from '@lab/shared/flows/index.ts';
import { useTexts } from '../../texts/texts.ts';
import { Badge, type BadgeKind } from '../../ui/badge.tsx';

const KINDS: Readonly<Record<StepOutcome, BadgeKind>> = { succeeded: 'good', challenged: 'warning', failed: 'bad' };

/** What came of a step or a flow, by sign and word besides the colour. */
export function Outcome({ outcome }: { outcome: StepOutcome }) {
  const t = useTexts('flow');
  return <Badge kind={KINDS[outcome]}>{t(`outcome.${outcome}`)}</Badge>;
}
