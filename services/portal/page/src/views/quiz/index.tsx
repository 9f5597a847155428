import { useTexts } from '../../texts/texts.ts';
import { Page } from '../../ui/page.tsx';

export default function Quiz() {
  const t = useTexts('quiz');
  return <Page texts={t}>{null}</Page>;
}
