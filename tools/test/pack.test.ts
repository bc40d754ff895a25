import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commonOf, publishedPackages, repositoryOf } from '../pack/packages.ts';
import { type Manifest, publishedManifest } from '../pack/published-manifest.ts';

// What npm is given; that it installs and runs is tried in standing-alone.nightly.test.ts.

const ROOT = resolve(import.meta.dirname, '../..');
const PACKAGES = publishedPackages(ROOT);
const COMMON = commonOf(ROOT, PACKAGES);

describe.each(PACKAGES)('$name', ({ name, directory, manifest }) => {
  const published = publishedManifest(manifest, `packages/${name}`, COMMON) as Manifest & Record<string, unknown>;

  test('names nothing that the repository alone has', () => {
    const text = JSON.stringify(published);
    expect(text).not.toMatch(/"\*"|workspace:|@spatial-ensemble\/source|devDependencies|"scripts"|"nx"/);
    for (const target of text.matchAll(/:"\.\/([^"*]*)"/g)) expect(target[1]).toMatch(/^(dist|bin)\//);
    for (const [dependency, version] of Object.entries(published.dependencies ?? {}))
      if (dependency.startsWith('@spatial-ensemble/')) expect(version).toBe(COMMON.versions[dependency]);
  });

  test('says what npm shows: version, licence, what it needs, who may have it', () => {
    expect(published).toMatchObject({
      name: `@spatial-ensemble/${name}`,
      license: 'Apache-2.0',
      type: 'module',
      engines: { node: expect.stringMatching(/^>=/) as string },
      publishConfig: { access: 'public', provenance: true },
    });
    for (const field of ['version', 'description']) expect(published[field]).toMatch(/./);
  });

  test('has what it is published with', () => {
    expect(existsSync(join(directory, 'README.md'))).toBe(true);
    for (const file of manifest.files!.filter((one) => one !== 'dist'))
      expect(existsSync(join(directory, file))).toBe(true);
  });
});

test('fields of publishConfig take their places, and what resolves to sources is left out at any depth', () => {
  const own = {
    name: 'a',
    version: '1.0.0',
    private: false,
    bin: { a: './bin/a.js' },
    exports: { '.': { import: { '@spatial-ensemble/source': './src/a.ts', default: './dist/a.js' } } },
    dependencies: { b: '*', c: '2.0.0' },
    publishConfig: { bin: { a: './dist/a.js' } },
  };
  const common = { versions: { a: '1.0.0', b: '1.5.0' }, engines: { node: '>=20' }, repository: 'git+https://x/y' };
  expect(publishedManifest(own, 'packages/a', common)).toEqual({
    name: 'a',
    version: '1.0.0',
    bin: { a: './dist/a.js' },
    repository: { type: 'git', url: 'git+https://x/y', directory: 'packages/a' },
    engines: { node: '>=20' },
    exports: { '.': { import: { default: './dist/a.js' } } },
    files: ['NOTICE'],
    dependencies: { b: '1.5.0', c: '2.0.0' },
    publishConfig: { access: 'public', provenance: true },
  });
  expect(() => publishedManifest(own, 'packages/a', { ...common, versions: {} })).toThrow(
    'a depends on b, which is not published',
  );
});

describe('where the sources lie', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'origin-'));
    execFileSync('git', ['init', '--quiet', folder]);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each([
    ['git@host.example:me/it.git', 'git+https://host.example/me/it.git'],
    ['ssh://git@host.example/me/it.git', 'git+https://host.example/me/it.git'],
    ['https://me:secret@host.example/me/it.git', 'git+https://host.example/me/it.git'],
    ['../a-folder', undefined],
  ])('%s', (origin, url) => {
    execFileSync('git', ['config', 'remote.origin.url', origin], { cwd: folder });
    expect(repositoryOf(folder, {})).toBe(url);
  });

  test('GitHub says it of itself', () => {
    const env = { GITHUB_SERVER_URL: 'https://host.example', GITHUB_REPOSITORY: 'them/it' };
    expect(repositoryOf(folder, env)).toBe('git+https://host.example/them/it.git');
  });
});

test('the command that an installed program names is one that it has', async () => {
  const { reportsCommand, runCommand } = await import('@spatial-ensemble/record');
  expect([runCommand('my', 'small', false), runCommand('my', undefined, false), reportsCommand(false)]).toEqual([
    'npx spatial-ensemble run my --tier small',
    'npx spatial-ensemble run my',
    'npx spatial-ensemble reports',
  ]);
  expect([runCommand('my', 'small'), runCommand('my'), reportsCommand()]).toEqual([
    'npx nx run experiments:my:small',
    'npx nx run experiments:my',
    'npx nx run reports:all',
  ]);
  const { bin } = JSON.parse(readFileSync(join(ROOT, 'packages/command/package.json'), 'utf8')) as { bin: object };
  expect(Object.keys(bin)).toEqual(['spatial-ensemble']);
});
