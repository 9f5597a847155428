/**
 * The token in what somebody pasted: the token itself, a header with `Bearer`, or the whole answer of IMDS or Entra.
 * @returns What looks most like one; the text without its edges where nothing does.
 */
export function findToken(text: string): string {
  const trimmed = text.trim();
  const [jwt] = /(?<![\w.-])eyJ[\w-]+\.[\w-]+\.[\w-]*(?![\w-]*\.[\w-])/.exec(trimmed) ?? [];
  return jwt ?? trimmed.replace(/^(authorization:\s*)?bearer\s+/i, '');
}
