import { useTexts } from '../../texts/texts.ts';
import { Page } from '../../ui/page.tsx';

export default function Faults() {
  const t = useTexts('faults');
  return <Page texts={t}>{null}</Page>;
}
