import { cpSync, existsSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { Plugin } from 'rolldown';
import { ROOT } from '../root.ts';

/**
 * Takes along what a module finds by its own place: `new URL('page', import.meta.url)` and
 * `join(import.meta.dirname, 'store/migrations')`. Files and directories are copied to where they will be looked for; a
 * TypeScript file, which is run or loaded by its name, becomes a module of its own and is called `.js` there.
 *
 * @param lib Where the modules are written, in the layout of `sourceRoot`.
 */
export function filesBeside(sourceRoot: string, lib: string): Plugin {
  return {
    name: 'files-beside',
    transform: {
      filter: { id: /\.ts$/ },
      handler(code, id) {
        let changed = false;
        const text = code.replaceAll(BESIDE, (whole, urlPath?: string, joinedPath?: string) => {
          const path = urlPath ?? joinedPath ?? '';
          const file = resolve(dirname(id), path);
          if (!existsSync(file)) throw new Error(`${relative(ROOT, id)}: there is no '${path}' beside it`);
          if (path.endsWith('.ts')) {
            this.emitFile({ type: 'chunk', id: file });
            changed = true;
            return whole.replace(/\.ts'/, ".js'");
          }
          const target = relative(sourceRoot, file);
          if (target.startsWith('..')) throw new Error(`${relative(ROOT, id)}: '${path}' is outside of the package`);
          cpSync(file, join(lib, target), { recursive: true, filter: isPublishable });
          return whole;
        });
        return changed ? { code: text } : null;
      },
    },
  };
}

const BESIDE = /new URL\('([^':]+)', import\.meta\.url\)|import\.meta\.dirname, '([^']+)'/g;

/** Of a directory: what is no code of this repository, which becomes modules. */
const isPublishable = (path: string): boolean => statSync(path).isDirectory() || !/(\.ts|[\\/]\.sources)$/.test(path);
