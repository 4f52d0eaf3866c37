import { useSyncExternalStore } from 'react';

export const PAGES = [
  'overview',
  'analytics',
  'logs',
  'alerts',
  'clients',
  'models',
  'what-if',
  'audit',
  'api',
] as const;
export type PageName = (typeof PAGES)[number];

/** Where somebody is: in the fragment, so that it works under whatever path the files are mounted. */
export interface Location {
  readonly page: PageName;
  readonly parameters: URLSearchParams;
}

/** Follows the fragment. */
export function useLocation(): Location {
  const hash = useSyncExternalStore(onHashChange, () => window.location.hash);
  return parse(hash);
}

/** The fragment of a page, e.g. `#/logs?level=high`. Parameters that are absent or empty are left out. */
export function linkTo(page: PageName, parameters: Readonly<Record<string, string | null | undefined>> = {}): string {
  const given = Object.entries(parameters).filter((entry): entry is [string, string] => Boolean(entry[1]));
  const query = new URLSearchParams(given).toString();
  return `#/${page}${query === '' ? '' : `?${query}`}`;
}

export function goTo(page: PageName, parameters: Readonly<Record<string, string | null | undefined>> = {}): void {
  window.location.hash = linkTo(page, parameters);
}

function parse(hash: string): Location {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const page = PAGES.find((name) => name === path) ?? 'overview';
  return { page, parameters: new URLSearchParams(query) };
}

function onHashChange(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}
