import { expect } from 'vitest';

const POLICY =
  "default-src 'none';script-src 'self';style-src 'self';img-src 'self';connect-src 'self';base-uri 'none';form-action 'none';frame-ancestors 'none'";

/**
 * The page as it is served: with a policy that lets nothing run or load but its own files, and without anything that the
 * policy would stop. All files that it names are there.
 */
export async function expectOwnFilesOnly(url: string): Promise<void> {
  const answer = await fetch(url);
  const html = await answer.text();
  expect(answer.headers.get('content-security-policy')).toBe(POLICY);
  expect(html).toMatch(/<script type="module"[^>]* src="\.\/assets\/[^"]+\.js"><\/script>/);
  expect(hasInline(html)).toBe(false);
  const files = [...html.matchAll(/ (?:src|href)="([^"]+)"/g)].map(([, file]) => String(file));
  expect(files.length).toBeGreaterThan(3);
  const served = await Promise.all(files.map((file) => fetch(new URL(file, `${url}/`))));
  expect(served.filter(({ status }) => status !== 200).map((one) => one.url)).toEqual([]);
}

/** Script or style within the page, handlers as attributes, and addresses elsewhere. */
export const hasInline = (html: string): boolean =>
  /<script(?![^>]* src=)|<style|\sstyle=|\son[a-z]+=|javascript:|data:|https?:\/\//i.test(html);
