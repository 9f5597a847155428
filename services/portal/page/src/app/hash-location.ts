import { useSyncExternalStore } from 'react';

/**
 * The address behind the `#`, with its parameters: `#/flow?flow=imds-1-m8&step=2`. The router's own hook for hashes would put
 * parameters before the `#`, where a link to a view would leave them for every other view.
 */
export const useHashLocation = Object.assign(
  (): [string, typeof navigate] => [useSyncExternalStore(subscribe, current, current), navigate],
  { hrefs: (href: string) => `#${href}` },
);

function navigate(to: string, { replace = false }: { replace?: boolean } = {}): void {
  history[replace ? 'replaceState' : 'pushState'](null, '', `#/${to.replace(/^#?\/?/, '')}`);
  dispatchEvent(new Event('hashchange'));
}

const current = (): string => `/${location.hash.replace(/^#?\/?/, '')}`;

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  addEventListener('popstate', listener);
  return () => {
    removeEventListener('hashchange', listener);
    removeEventListener('popstate', listener);
  };
}

/**
 * What the address says besides the view: `useParameters().get('flow')`. As it stands there: the router's `useLocation` has
 * decoded it once, and what is encoded in a parameter, such as the `%26` of an address in an address, would be lost.
 */
export function useParameters(): URLSearchParams {
  const [location] = useHashLocation();
  return parametersIn(location);
}

export const parametersIn = (location: string): URLSearchParams =>
  new URLSearchParams(location.includes('?') ? location.slice(location.indexOf('?') + 1) : '');
