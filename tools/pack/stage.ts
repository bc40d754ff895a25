import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Package } from './packages.ts';
import { type Common, publishedManifest } from './published-manifest.ts';

/**
 * Lays a package out as it is published: its package.json, `dist` with JavaScript, types and maps, and whatever else
 * its `files` name.
 *
 * @param compiled the compiler's output, `<package>/src/…`
 * @param to a folder that is made
 */
export function stage(root: string, one: Package, common: Common, compiled: string, to: string): void {
  const { name, directory, manifest } = one;
  mkdirSync(to, { recursive: true });
  const published = publishedManifest(manifest, `packages/${name}`, common);
  writeFileSync(join(to, 'package.json'), `${JSON.stringify(published, null, 2)}\n`);
  cpSync(join(directory, 'README.md'), join(to, 'README.md'));
  for (const file of ['LICENSE', 'NOTICE']) cpSync(join(root, file), join(to, file));
  for (const file of manifest.files ?? []) {
    if (file !== 'dist') cpSync(join(directory, file), join(to, file), { recursive: true });
    else writeBuilt(join(directory, 'src'), join(compiled, name, 'src'), join(to, 'dist'));
  }
  // What a package has in `dist` that no compiler makes.
  if (manifest.scripts?.['dist'] !== undefined) runScript(directory, 'dist', join(to, 'dist'));
}

function writeBuilt(sources: string, compiled: string, dist: string): void {
  for (const source of readdirSync(sources, { recursive: true, encoding: 'utf8' })) {
    // Declarations of what others leave undeclared serve the compiler alone.
    if (source.endsWith('.d.ts')) continue;
    if (!source.endsWith('.ts')) {
      // A thread's program in JavaScript, which is run as it is; folders are made with their files.
      if (!/\.[cm]?js$/.test(source)) continue;
      cpSync(join(sources, source), join(dist, source));
      const types = source.replace(/js$/, 'd.ts').replace(/([cm])d\.ts$/, 'd.$1ts');
      writeFileSync(join(dist, types), typesNamingBuilt(readFileSync(join(compiled, types), 'utf8')));
      continue;
    }
    const [script, types] = ['.js', '.d.ts'].map((ending) => source.replace(/\.ts$/, ending));
    mkdirSync(dirname(join(dist, script!)), { recursive: true });
    cpSync(join(compiled, script!), join(dist, script!));
    writeFileSync(join(dist, types!), typesNamingBuilt(readFileSync(join(compiled, types!), 'utf8')));
    const map = JSON.parse(readFileSync(join(compiled, `${script}.map`), 'utf8')) as object;
    // The sources are published beside `dist`.
    const from = relative(dirname(join(dist, script!)), join(dirname(dist), 'src', source));
    writeFileSync(join(dist, `${script}.map`), JSON.stringify({ ...map, sources: [from.replaceAll('\\', '/')] }));
  }
}

/** Declarations name each other with the sources' ending, which the compiler rewrites in JavaScript alone. */
function typesNamingBuilt(text: string): string {
  return text.replaceAll(/((?:from |import\()['"]\.{1,2}\/[^'"]+)\.ts(?=['"])/g, '$1.js');
}

function runScript(directory: string, script: string, ...args: string[]): void {
  const { status, error } = spawnSync('npm', ['run', '--silent', script, '--', ...args], {
    cwd: directory,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`npm run ${script} failed in ${directory}`);
}
