import { useTexts } from '../../texts/texts.ts';
import { Page } from '../../ui/page.tsx';

export default function Room() {
  const t = useTexts('room');
  return <Page texts={t}>{null}</Page>;
}
