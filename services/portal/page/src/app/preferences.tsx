import { LANGUAGES, useLanguage, useTexts } from '../texts/texts.ts';
import { Select } from '../ui/select.tsx';
import { Switch } from '../ui/switch.tsx';
import { chooseLanguage } from './language.ts';
import styles from './preferences.module.css';
import { useProjector } from './projector.ts';
import { THEMES, useTheme } from './theme.ts';

/** Language, light or dark, and the projector: the reader's own, kept in this browser. */
export function Preferences() {
  const t = useTexts('shell');
  const language = useLanguage();
  const [theme, setTheme] = useTheme();
  const [isProjector, setProjector] = useProjector();
  return (
    <div className={styles.preferences}>
      <Select
        label={t('language')}
        isLabelHidden
        selected={language}
        options={LANGUAGES.map((id) => ({ id, text: t(`language.${id}`) }))}
        onSelect={(id) => void chooseLanguage(id)}
      />
      <Select
        label={t('theme')}
        isLabelHidden
        selected={theme}
        options={THEMES.map((id) => ({ id, text: t(`theme.${id}`) }))}
        onSelect={setTheme}
      />
      <Switch isSelected={isProjector} onChange={setProjector}>
        {t('projector')}
      </Switch>
    </div>
  );
}
