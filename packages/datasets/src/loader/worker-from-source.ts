import { createRequire, SourceMap } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { buildSync } from 'esbuild';

/** A thread's program as one script, where the packages run from their TypeScript sources. */
export interface WorkerScript {
  /** For `new Worker(code, { eval: true })`. */
  readonly code: string;
  /** A stack of the script's, with the sources' files and lines. */
  original(stack: string): string;
}

const scripts = new Map<string, WorkerScript>();

/**
 * A thread's program and all that it imports, put together once a process, in a tenth of a second. A thread does not
 * inherit the main thread's loader of TypeScript: to start another in each takes it most of a second.
 *
 * @param entry its file, absolute
 */
export function workerFromSource(entry: string): WorkerScript {
  const script = scripts.get(entry) ?? bundled(entry);
  scripts.set(entry, script);
  return script;
}

function bundled(entry: string): WorkerScript {
  const here = dirname(entry);
  const require = createRequire(import.meta.url);
  const esbuild = require('esbuild') as { readonly buildSync: typeof buildSync };
  const { outputFiles } = esbuild.buildSync({
    entryPoints: [entry],
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    conditions: ['@spatial-ensemble/source'],
    // Native code stays where it is, and is found from here.
    external: ['sharp'],
    banner: { js: `require = require('node:module').createRequire(${JSON.stringify(pathToFileURL(entry).href)});` },
    sourcemap: 'external',
    sourcesContent: false,
    write: false,
    outfile: join(here, 'worker.cjs'),
  });
  const textOf = (ending: string): string => outputFiles.find(({ path }) => path.endsWith(ending))!.text;
  const map = new SourceMap(JSON.parse(textOf('.map')) as ConstructorParameters<typeof SourceMap>[0]);
  return {
    code: textOf('.cjs'),
    original: (stack) =>
      stack.replaceAll(/\[worker eval\]:(\d+):(\d+)/g, (place, line: string, column: string) => {
        const found = map.findEntry(Number(line) - 1, Number(column) - 1);
        return 'originalSource' in found
          ? `${join(here, found.originalSource)}:${found.originalLine + 1}:${found.originalColumn + 1}`
          : place;
      }),
  };
}
