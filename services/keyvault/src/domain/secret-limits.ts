import { badParameter, invalidName, secretTooLarge } from './secret-failures.ts';

const NAME = /^[0-9a-z-]{1,127}$/i;

/** A name of a secret, or of a version, as it may stand in a path. Throws BadParameter. */
export function checkName(name: string): string {
  if (!NAME.test(name)) throw invalidName(name);
  return name;
}

type Limited = { readonly value?: string; readonly contentType?: string; readonly tags?: Record<string, string> };

/**
 * The documented limits of a secret. Lengths are in UTF-16 code units, as the service counts them.
 * @throws BadParameter, for a long value with the inner code SecretTooLarge.
 * @see https://learn.microsoft.com/azure/key-vault/secrets/about-secrets
 */
export function checkLimits({ value = '', contentType = '', tags = {} }: Limited): void {
  if (value.length > 25_600) throw secretTooLarge();
  if (contentType.length > 255) throw badParameter("The parameter 'contentType' is longer than 255 characters.");
  const entries = Object.entries(tags);
  if (entries.length > 15) throw badParameter("The parameter 'tags' has more than 15 entries.");
  if (entries.some(([name, text]) => name.length > 256 || text.length > 256)) {
    throw badParameter("The parameter 'tags' has a name or a value longer than 256 characters.");
  }
  // A lone surrogate has no UTF-8 form: it could not be given back as it came.
  const unwritable = Object.entries({ value, contentType, tags: entries.flat().join() });
  for (const [name, text] of unwritable) {
    if (!text.isWellFormed()) throw badParameter(`The parameter '${name}' is not well-formed Unicode.`);
  }
}
