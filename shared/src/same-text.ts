/** Whether two ids or names of Azure's are the same: they keep the case that they were given, and are compared without. */
export const sameText = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
