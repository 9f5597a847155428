import { useEffect, useState } from 'react';
import { useTexts } from '../texts/texts.ts';
import { Button } from './button.tsx';

export function CopyButton({ text }: { text: string }) {
  const t = useTexts('shell');
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), 2_000);
    return () => clearTimeout(timer);
  }, [isCopied]);
  // Not there where the page is reached by a name without TLS: browsers have no clipboard then.
  if (!navigator.clipboard) return null;
  return (
    <Button
      kind="quiet"
      onPress={() =>
        navigator.clipboard.writeText(text).then(
          () => setCopied(true),
          () => {},
        )
      }
    >
      {isCopied ? t('copied') : t('copy')}
    </Button>
  );
}
