/** What is wrong with an option. */
export const mistake = (option: string, what: string) => new TypeError(`requireManagedIdentity: ${option}: ${what}.`);
