import { Link } from 'wouter';
import { useTexts } from '../texts/texts.ts';
import { Badge } from '../ui/badge.tsx';
import { useSession } from './session.ts';

/** Whose place in the lab the page shows, where that is not all of it. Leads to where one signs out. */
export function Who() {
  const t = useTexts('shell');
  const session = useSession();
  if (session?.role !== 'participant') return null;
  return (
    <Link href="/room">
      <Badge kind="accent">{t('participant', { name: session.participant ?? '' })}</Badge>
    </Link>
  );
}
