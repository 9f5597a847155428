import { Rich } from '../../texts/rich.tsx';
import { useTexts } from '../../texts/texts.ts';
import { Note } from '../../ui/note.tsx';

/** What an exercise needs and this lab does not have. */
export function Needs({ needs }: { needs: readonly string[] }) {
  const t = useTexts('exercises');
  const machines = needs.filter((need) => need !== 'isolation').join(', ');
  return (
    <Note kind="warning">
      {needs.includes('isolation') ? (
        <Rich of={t} text="needs.isolation" as="p" />
      ) : (
        <Rich of={t} text="needs" values={{ needs: machines }} as="p" />
      )}
    </Note>
  );
}
