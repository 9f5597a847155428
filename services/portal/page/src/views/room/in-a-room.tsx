import { Rich } from '../../texts/rich.tsx';
import { useTexts } from '../../texts/texts.ts';
import { Code } from '../../ui/code.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { Panel } from '../../ui/panel.tsx';

const SHARED = `LAB_FILE=./lab.workshop.yaml LAB_ROOM=true LAB_LISTEN_ADDRESS=0.0.0.0 LAB_ALLOWED_HOSTS=192.168.1.20 \\
  npm start -- --profile participants
npm run lab -- participants`;

/** How a room is set up, for who has one in front of them. */
export function Room() {
  const t = useTexts('room');
  return (
    <Panel title={t('how')}>
      <Rich of={t} text="how.shared" />
      <Code text={SHARED} language="bash" label={t('how.commands')} />
      <Disclosure summary={t('projector')}>
        <Rich of={t} text="projector.how" />
      </Disclosure>
      <Disclosure summary={t('papers')}>
        <Rich of={t} text="papers.where" />
      </Disclosure>
    </Panel>
  );
}
