import { slug } from './slug.ts';
import { type Texts, useTexts } from './texts.ts';

/** Where a check was made: to who issues tokens, and to an API of one's own, some are about something else. */
export type Where = { readonly service?: string | undefined; readonly operation?: string | undefined };

/** What checks are called, and what it means that one has failed. @see shared/src/event-words.ts for all of them */
export const useCheckWords = () => checkWords(useTexts('checks'));

export type CheckWords = ReturnType<typeof checkWords>;

const checkWords = (t: Texts) => {
  const keyOf = (prefix: string, check: string, { service, operation }: Where): string => {
    const special = `${prefix}.${operation === 'IssueToken' ? 'issue' : service}.${slug(check)}`;
    return t.has(special) ? special : `${prefix}.${slug(check)}`;
  };
  return {
    name: (check: string, where: Where = {}): string => {
      const key = keyOf('name', check, where);
      return t.has(key) ? t(key) : check;
    },
    /** Undefined where the page knows no such check. */
    failed: (check: string, where: Where = {}): string | undefined => {
      const key = keyOf('failed', check, where);
      return t.has(key) ? t(key) : undefined;
    },
  };
};
