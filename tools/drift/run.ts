import { spawnSync } from 'node:child_process';

/**
 * Runs a program of node_modules/.bin, which npm puts on the path, and shows what it says only where it fails.
 *
 * @throws Error with its output where it fails
 */
export function run(root: string, program: string, args: readonly string[]): string {
  const { error, status, stdout, stderr } = spawnSync(program, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (error !== undefined)
    throw new Error(`${program} cannot be started (${error.message}). Is this run through npm, after \`npm ci\`?`, {
      cause: error,
    });
  if (status !== 0) throw new Error(`${[program, ...args].join(' ')} failed:\n${stdout}${stderr}`);
  return stdout;
}
