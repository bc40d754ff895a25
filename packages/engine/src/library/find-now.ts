import { spawnSync } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LibraryError, type LibraryProblem } from './errors.ts';
import type { Library } from './find.ts';

/** What `find-program.ts` prints. */
export type Answer = { readonly library: Library } | { readonly problem: LibraryProblem; readonly message: string };

/** The module's own ending: `.ts` in the sources, `.js` as it is published. */
const ENDING = extname(fileURLToPath(import.meta.url));
// The sources need the loader that this process was started with; what is published needs nothing.
const LOADER = ENDING === '.ts' ? process.execArgv : [];

/**
 * As `findLibrary`, in a process of its own that this one waits for, so that nobody needs to await: what goes on is
 * shown on standard error.
 *
 * @throws LibraryError as `findLibrary` does
 */
export function findLibraryNow(device: 'cpu' | 'gpu'): Library {
  const program = fileURLToPath(new URL(`find-program${ENDING}`, import.meta.url));
  const { error, stdout, status, signal } = spawnSync(process.execPath, [...LOADER, program, device], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (error !== undefined) throw error;
  if (!stdout.startsWith('{'))
    throw new Error(`the search for TensorFlow's library ended with ${signal ?? `exit code ${String(status)}`}`);
  const answer = JSON.parse(stdout) as Answer;
  if ('problem' in answer) throw new LibraryError(answer.problem, answer.message);
  return answer.library;
}
