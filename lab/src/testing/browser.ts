import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Chromium for the tests of the page: the one that CHROMIUM names, or the first of these that the shell would find. */
export function findBrowser(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const { CHROMIUM, PATH = '' } = environment;
  if (CHROMIUM) return CHROMIUM;
  const places = NAMES.flatMap((name) => PATH.split(delimiter).map((directory) => join(directory, name)));
  return places.find(isExecutable);
}

/** As in `lab/browser.sh`. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
