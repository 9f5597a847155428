/**
 * Whether an action is matched by a pattern, in which `*` stands for any run of characters, `/` included. Between two
 * slashes it stands for no segment as well: Managed Identity Operator has `read` and
 * `assign/action` below a `*` below `userAssignedIdentities`, and reads and assigns the identities themselves.
 * @see https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/identity#managed-identity-operator
 */
export const matches = (pattern: string, action: string): boolean => compiled(pattern)(action.toLowerCase());

/** A pattern made ready. The result takes the name of an action in lower case. */
export function compiled(pattern: string): (action: string) => boolean {
  const text = pattern.toLowerCase();
  const asWritten = literally(text);
  if (!text.includes('/*/')) return asWritten;
  const withoutSegment = literally(text.replaceAll('/*/', '/'));
  return (action) => asWritten(action) || withoutSegment(action);
}

/** Whether a text is matched as the pattern is written, case and all. */
export function literally(pattern: string): (text: string) => boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return (action) => action === first;
  return (action) => {
    if (!action.startsWith(first)) return false;
    let position = first.length;
    for (const part of rest) {
      const found = action.indexOf(part, position);
      if (found < 0) return false;
      position = found + part.length;
    }
    return action.length - last.length >= position && action.endsWith(last);
  };
}
