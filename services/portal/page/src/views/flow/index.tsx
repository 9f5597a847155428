import { useTexts } from '../../texts/texts.ts';
import { Page } from '../../ui/page.tsx';

export default function Flow() {
  const t = useTexts('flow');
  return <Page texts={t}>{null}</Page>;
}
