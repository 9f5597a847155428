/** Where things of this view are: links that can be given to others, and that exercises lead to. */

/** A resource, by its id. */
export const entryHref = (id: string): string => `/access?at=${encodeURIComponent(id)}`;

/** Who may do something with it. @param question Of `questions.ts`; absent: the first one. */
export const whoHref = (resourceId: string, question?: string): string =>
  `/access?tab=who&at=${encodeURIComponent(resourceId)}${question === undefined ? '' : `&question=${question}`}`;
