import { useEffect, useState } from 'react';
import { kept } from './kept.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const choice = kept('theme');

export function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState<Theme>(() => THEMES.find((known) => known === choice.read()) ?? 'system');
  useEffect(() => {
    if (theme === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    choice.write(theme === 'system' ? undefined : theme);
  }, [theme]);
  return [theme, setTheme];
}
