import { useTexts } from '../../texts/texts.ts';
import { Page } from '../../ui/page.tsx';

export default function Tokens() {
  const t = useTexts('tokens');
  return <Page texts={t}>{null}</Page>;
}
