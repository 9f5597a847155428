import { useTexts } from '../../texts/texts.ts';
import { Page } from '../../ui/page.tsx';

export default function Isolation() {
  const t = useTexts('isolation');
  return <Page texts={t}>{null}</Page>;
}
