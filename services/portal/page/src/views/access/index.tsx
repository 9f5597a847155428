import { useTexts } from '../../texts/texts.ts';
import { Page } from '../../ui/page.tsx';

export default function Access() {
  const t = useTexts('access');
  return <Page texts={t}>{null}</Page>;
}
