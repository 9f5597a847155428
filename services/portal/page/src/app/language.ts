import { LANGUAGES, type Language, loadTexts } from '../texts/texts.ts';
import { kept } from './kept.ts';

const choice = kept('language');

/** What was chosen here before, otherwise what the browser asks for, otherwise English. */
export function preferredLanguage(): Language {
  const asked = [choice.read(), ...navigator.languages.map((tag) => tag.slice(0, 2))];
  return (
    LANGUAGES.find((language) => language === asked.find((one) => LANGUAGES.some((known) => known === one))) ?? 'en'
  );
}

export async function chooseLanguage(language: Language): Promise<void> {
  choice.write(language);
  await loadTexts(language);
}
