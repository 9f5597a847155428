/** A name that a service or a program has given to something, as it stands in the key of a text: `not-before`. */
export const slug = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
