import { useTexts } from './texts.ts';

/** Whose roles an entry of a decision is of: roles have names of their own, and an access policy none but its permissions. */
export function useRoleName(): (name: string) => string {
  const t = useTexts('checks');
  return (name) => {
    const [, permissions] = /^access policy: (.+)$/.exec(name) ?? [];
    return permissions === undefined ? name : t('access-policy', { permissions });
  };
}
