import { createContext, useContext } from 'react';
import type { Action } from './action.ts';

/** What a person is about to do, before they say so: with everything known, or with a form for the rest. */
export type Proposal =
  | { readonly form: 'confirm'; readonly action: Action }
  | {
      readonly form: 'role';
      readonly principalId?: string | undefined;
      readonly scope?: string | undefined;
      readonly roleName?: string | undefined;
    }
  | { readonly form: 'identity'; readonly groupId: string };

/** Opens the dialog that shows the command and asks. */
export const ProposeContext = createContext<(proposal: Proposal) => void>(() => {});

export const usePropose = () => useContext(ProposeContext);

/** To do something to what is known. */
export function useConfirm(): (action: Action) => void {
  const propose = usePropose();
  return (action) => propose({ form: 'confirm', action });
}
