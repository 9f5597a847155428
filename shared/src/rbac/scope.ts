/** An id or a scope as its segments, in lower case; none for the root. */
export const segmentsOf = (id: string): readonly string[] => id.toLowerCase().split('/').filter(Boolean);

/** Whether `above` is the resource or one of its ancestors, segment by segment: `rg1` does not cover `rg10`. */
export const isAtOrAbove = (above: readonly string[], below: readonly string[]): boolean =>
  above.every((segment, index) => segment === below[index]);

/** The same for ids. */
export const covers = (scope: string, resourceId: string): boolean =>
  isAtOrAbove(segmentsOf(scope), segmentsOf(resourceId));
