import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Packed, pack } from '../../pack/pack.ts';

let packed: { readonly folder: string; readonly all: readonly Packed[] } | undefined;

/** Every package as a tarball, packed once a process. */
export function tarballs(): readonly Packed[] {
  if (packed === undefined) {
    const folder = mkdtempSync(join(tmpdir(), 'packed-'));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    packed = { folder, all: pack(folder) };
  }
  return packed.all;
}

/** A project outside the repository, where nothing of it is found. */
export interface Project {
  readonly folder: string;
  /** Runs a program there as a user's shell would, and gives what it wrote. @throws Error with all that it said */
  run(program: string, ...args: string[]): string;
  /** Runs a script of Node.js there, and gives its last line as JSON. */
  said(...args: string[]): unknown;
  remove(): void;
}

/**
 * As in a shell of a user, on a machine without a compiler: nothing of this process's own npm, tests or loaders, and
 * what is asked to compile fails.
 */
const SHELL: NodeJS.ProcessEnv = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_OPTIONS|VITEST|NODE_V8|INIT_CWD)/.test(name)),
  ),
  CC: 'false',
  CXX: 'false',
  npm_config_node_gyp: 'there-is-no-node-gyp',
};

/** @param folder that exists */
export function projectIn(folder: string): Project {
  const run = (program: string, ...args: string[]): string =>
    execFileSync(program, args, {
      cwd: folder,
      env: SHELL,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 2 ** 28,
    });
  return {
    folder,
    run,
    said: (...args) =>
      JSON.parse(
        run(process.execPath, ...args)
          .trim()
          .split('\n')
          .at(-1)!,
      ) as unknown,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/**
 * An empty project into which npm has installed packages of this repository, from their tarballs, and others by name.
 *
 * @param scripts whether install scripts run
 */
export function installed(names: readonly string[], others: readonly string[], scripts: boolean): Project {
  const project = projectIn(mkdtempSync(join(tmpdir(), 'installed-')));
  writeFileSync(join(project.folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  const files = tarballs().filter(({ name }) => names.some((one) => name === `@spatial-ensemble/${one}`));
  project.run('npm', 'install', `--ignore-scripts=${!scripts}`, ...files.map(({ file }) => file), ...others);
  return project;
}

/** What npm has installed, by its place, with those that have a script for that. */
export function lockOf({ folder }: Project): Readonly<Record<string, { readonly hasInstallScript?: boolean }>> {
  return (
    JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as { packages: ReturnType<typeof lockOf> }
  ).packages;
}
