import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Common, Manifest } from './published-manifest.ts';

/** A package that is published. */
export interface Package {
  /** Its folder's: `random`. */
  readonly name: string;
  readonly directory: string;
  readonly manifest: Manifest;
}

/** The packages of a repository that are published, in the order of their names. */
export function publishedPackages(root: string): Package[] {
  return readdirSync(join(root, 'packages'))
    .map((name) => ({ name, directory: join(root, 'packages', name) }))
    .filter(({ directory }) => existsSync(join(directory, 'package.json')))
    .map((one) => ({ ...one, manifest: read<Manifest>(join(one.directory, 'package.json')) }))
    .filter(({ manifest }) => manifest.private !== true)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** What they have in common. */
export function commonOf(root: string, packages: readonly Package[]): Common {
  const { engines } = read<Pick<Common, 'engines'>>(join(root, 'package.json'));
  return {
    versions: Object.fromEntries(packages.map(({ manifest }) => [manifest.name, manifest.version])),
    engines,
    repository: repositoryOf(root, process.env),
  };
}

function read<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8')) as T;
}

/** Where the sources lie: as GitHub says it, which signs for it, else as git knows it; without names and passwords. */
export function repositoryOf(root: string, env: NodeJS.ProcessEnv): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository } = env;
  if (server !== undefined && repository !== undefined) return `git+${server}/${repository}.git`;
  const origin = originOf(root)
    ?.replace(/^(?:ssh:\/\/)?git@([^:/]+)[:/]/, 'https://$1/')
    .replace(/^https:\/\/[^@/]*@/, 'https://');
  return origin?.startsWith('https://') === true ? `git+${origin}` : undefined;
}

function originOf(root: string): string | undefined {
  try {
    const args = ['config', '--get', 'remote.origin.url'];
    return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
}
