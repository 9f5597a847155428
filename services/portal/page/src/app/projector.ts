import { useEffect, useState } from 'react';
import { kept } from './kept.ts';

const choice = kept('projector');

/** Larger type and less around it, for a room. Also by `?projector` in the address. */
export function useProjector(): [boolean, (on: boolean) => void] {
  const [isOn, setOn] = useState(() => new URLSearchParams(location.search).has('projector') || choice.read() === 'on');
  useEffect(() => {
    document.documentElement.toggleAttribute('data-projector', isOn);
    choice.write(isOn ? 'on' : undefined);
  }, [isOn]);
  return [isOn, setOn];
}
