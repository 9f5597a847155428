import { useSession } from '../../app/session.ts';
import { useTexts } from '../../texts/texts.ts';
import { Page } from '../../ui/page.tsx';
import { Room as InARoom } from './in-a-room.tsx';
import { KnownState } from './known-state.tsx';
import { OwnPlace } from './own-place.tsx';
import { Participants } from './participants.tsx';

/** Who shares the lab. The trainer sees everybody's place, a participant their own. */
export default function Room() {
  const t = useTexts('room');
  const session = useSession();
  return (
    <Page texts={t}>
      {session?.role === 'participant' ? (
        <OwnPlace participant={session.participant ?? ''} />
      ) : (
        <>
          <Participants />
          <KnownState />
          <InARoom />
        </>
      )}
    </Page>
  );
}
