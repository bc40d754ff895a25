import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { commonOf, publishedPackages } from './packages.ts';
import { stage } from './stage.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** A package as npm takes it. */
export interface Packed {
  readonly name: string;
  /** The tarball. */
  readonly file: string;
  /** Bytes of the tarball. */
  readonly size: number;
  /** Bytes of what is in it, as it is installed without its dependencies. */
  readonly unpackedSize: number;
}

/**
 * Builds all packages once, and packs them as npm would publish them.
 *
 * @param out a folder, which is made
 * @param only those to pack, by their folders' names; default: all
 * @throws Error where there is no such package, or it cannot be built
 */
export function pack(out: string, only?: readonly string[]): Packed[] {
  const packages = publishedPackages(ROOT);
  const stray = only?.find((name) => !packages.some((one) => one.name === name));
  if (stray !== undefined)
    throw new Error(`there is no package ${stray}: ${packages.map(({ name }) => name).join(', ')}`);
  const common = commonOf(ROOT, packages);
  const folder = mkdtempSync(join(tmpdir(), 'pack-'));
  try {
    const [compiled, staged] = [join(folder, 'compiled'), join(folder, 'staged')];
    compile(compiled);
    const chosen = packages.filter(({ name }) => only?.includes(name) ?? true);
    for (const one of chosen) stage(ROOT, one, common, compiled, join(staged, one.name));
    return packFolders(chosen.map(({ name }) => join(staged, name)), out); // prettier-ignore
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function compile(to: string): void {
  const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  execFileSync(process.execPath, [compiler, '-p', join(import.meta.dirname, 'tsconfig.json'), '--outDir', to], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}

function packFolders(folders: readonly string[], out: string): Packed[] {
  mkdirSync(out, { recursive: true });
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', resolve(out), ...folders];
  // Elsewhere than in the repository, whose workspaces npm would look at.
  const text = execFileSync('npm', args, {
    cwd: out,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 2 ** 28,
  });
  const packed = JSON.parse(text) as (Packed & { readonly filename: string })[];
  return packed.map(({ name, filename, size, unpackedSize }) => ({
    name,
    file: join(resolve(out), filename),
    size,
    unpackedSize,
  }));
}
