import { useTexts } from '../../texts/texts.ts';
import { Page } from '../../ui/page.tsx';

export default function Exercises() {
  const t = useTexts('exercises');
  return <Page texts={t}>{null}</Page>;
}
