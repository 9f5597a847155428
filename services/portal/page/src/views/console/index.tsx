import { useTexts } from '../../texts/texts.ts';
import { Page } from '../../ui/page.tsx';

export default function Console() {
  const t = useTexts('console');
  return <Page texts={t}>{null}</Page>;
}
