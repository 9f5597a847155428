/** An option that cannot be used: the program's mistake, which no caller can mend. */
export class Mistake extends TypeError {}

/** What is wrong with an option. */
export const mistake = (option: string, what: string) => new Mistake(`requireManagedIdentity: ${option}: ${what}.`);
