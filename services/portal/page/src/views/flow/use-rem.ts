import { useEffect, useState } from 'react';

const inPixels = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize);

/** How many pixels a rem is. It is another number for a room that looks from far away. */
export function useRem(): number {
  const [rem, setRem] = useState(inPixels);
  useEffect(() => {
    const observer = new MutationObserver(() => setRem(inPixels()));
    observer.observe(document.documentElement, { attributes: true });
    return () => observer.disconnect();
  }, []);
  return rem;
}
