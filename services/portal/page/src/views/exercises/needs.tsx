import type { ExerciseState } from '@managed-identity-lab/client';
import { Rich } from '../../texts/rich.tsx';
import { useTexts } from '../../texts/texts.ts';
import { Note } from '../../ui/note.tsx';

/** Why somebody cannot begin an exercise here: what it needs that they do not have. */
export function Needs({ exercise: { missing } }: { exercise: ExerciseState }) {
  const t = useTexts('exercises');
  const reason = ['trainer', 'isolation'].find((need) => missing.includes(need));
  const text = reason === undefined ? 'needs' : `needs.${reason}`;
  return (
    <Note kind="warning">
      <Rich of={t} text={text} values={{ needs: missing.join(', ') }} as="p" />
    </Note>
  );
}
