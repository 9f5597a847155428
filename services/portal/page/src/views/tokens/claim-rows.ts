/** How a member of a token is shown: its value as text, and whether it is a moment. */
export type ClaimRow = {
  readonly name: string;
  readonly value: string;
  /** Epoch seconds, where the claim is a time. */
  readonly at?: number;
};

const TIMES = ['iat', 'nbf', 'exp', 'auth_time', 'xms_tcdt'];

/** What decisions are made from stands first; the rest as the token has it. */
const FIRST = ['iss', 'aud', 'tid', 'oid', 'sub', 'appid', 'azp', 'roles', 'groups', 'scp', 'nbf', 'iat', 'exp'];

export function claimRows(part: Readonly<Record<string, unknown>>): readonly ClaimRow[] {
  const rank = (name: string): number => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
  return Object.entries(part)
    .toSorted(([a], [b]) => rank(a) - rank(b))
    .map(([name, value]) => ({
      name,
      value: typeof value === 'string' ? value : JSON.stringify(value),
      ...(TIMES.includes(name) && typeof value === 'number' && isMoment(value) && { at: value }),
    }));
}

/** Written by Entra for itself: nobody else decides anything by them, and what is in them is nowhere described. */
const FOR_ENTRA = ['aio', 'rh', 'xms_act_fct', 'xms_ftd', 'xms_idrel', 'xms_rd', 'xms_sub_fct', 'xms_tcdt'];

export const isForEntra = (name: string): boolean => FOR_ENTRA.includes(name);

/** Beyond this no calendar goes. */
const isMoment = (seconds: number): boolean => Math.abs(seconds) < 8.64e12;
