/** A choice that outlives the page. A browser may forbid it, and then the choice lasts as long as the page. */
export const kept = (name: string) => ({
  read(): string | undefined {
    try {
      return localStorage.getItem(`lab.${name}`) ?? undefined;
    } catch {
      return undefined;
    }
  },
  write(value: string | undefined): void {
    try {
      if (value === undefined) localStorage.removeItem(`lab.${name}`);
      else localStorage.setItem(`lab.${name}`, value);
    } catch {
      // It lasts as long as the page.
    }
  },
});
