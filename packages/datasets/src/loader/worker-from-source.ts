import { createRequire, SourceMap } from 'node:module';
import { join } from 'node:path';
import type { buildSync } from 'esbuild';

/** A thread's program as one script, where the packages run from their TypeScript sources. */
export interface WorkerScript {
  /** For `new Worker(code, { eval: true })`. */
  readonly code: string;
  /** A stack of the script's, with the sources' files and lines. */
  original(stack: string): string;
}

let script: WorkerScript | undefined;

/**
 * `worker.ts` and all that it imports, put together once a process, in a tenth of a second. A thread does not inherit
 * the main thread's loader of TypeScript: to start another in each takes it most of a second.
 */
export function workerFromSource(): WorkerScript {
  return (script ??= bundled());
}

function bundled(): WorkerScript {
  const here = import.meta.dirname;
  const require = createRequire(import.meta.url);
  const esbuild = require('esbuild') as { readonly buildSync: typeof buildSync };
  const { outputFiles } = esbuild.buildSync({
    entryPoints: [join(here, 'worker.ts')],
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    conditions: ['@spatial-ensemble/source'],
    // Native code stays where it is, and is found from here.
    external: ['sharp'],
    banner: { js: `require = require('node:module').createRequire(${JSON.stringify(import.meta.url)});` },
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
        const entry = map.findEntry(Number(line) - 1, Number(column) - 1);
        return 'originalSource' in entry
          ? `${join(here, entry.originalSource)}:${entry.originalLine + 1}:${entry.originalColumn + 1}`
          : place;
      }),
  };
}
