import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

import { describe, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

/** What is committed, or would be: paths from the root. */
const FILES = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\0')
  .filter((path) => path !== '' && existsSync(join(ROOT, path)));

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

describe('names', () => {
  const EMPTY = new Set(['common', 'helper', 'helpers', 'misc', 'util', 'utils']);

  test('no file or folder has a name that says nothing', () => {
    const found = FILES.filter((path) => path.split('/').some((part) => EMPTY.has(part.split('.')[0] ?? '')));
    expect(found, 'name it after what it exports').toEqual([]);
  });

  test('every method has the same files', () => {
    const methods = FILES.filter((path) => /^packages\/[^/]+\/src\/step\.ts$/.test(path)).map((path) =>
      dirname(dirname(path)),
    );
    const files = ['spec.ts', 'model.ts', 'loss.ts', 'augment.ts', 'step.ts', 'index.ts'].map((name) => `src/${name}`);
    const missing = methods.flatMap((method) =>
      [...files, 'README.md'].map((file) => `${method}/${file}`).filter((path) => !FILES.includes(path)),
    );
    expect(missing).toEqual([]);
  });
});

describe('texts', () => {
  const join = (...parts: string[]): string => parts.join('\\.');
  // In parts, so that this file passes its own test.
  const PLACES: readonly (readonly [string, RegExp])[] = [
    [
      'a registry’s host',
      new RegExp(
        [join('npmjs', 'org'), join('yarnpkg', 'com'), join('pypi', 'org'), join('pythonhosted', 'org')].join('|'),
      ),
    ],
    [
      'a path of one machine',
      new RegExp(`(?<![\\w.\\-$}])/(${['work', 'root', 'tmp'].join('|')})(?=[/\\s'"\`),;:]|$)`, 'm'),
    ],
    ['a home folder', new RegExp(`(?<![\\w.])/(${['home', 'Users'].join('|')})/[a-z]{2,}`)],
  ];

  test.each(PLACES)('none names %s', (_, pattern) => {
    const found = FILES.flatMap((path) => {
      const text = read(path);
      // What holds a zero byte is no text.
      const [match] = text.includes('\0') ? [] : (pattern.exec(text) ?? []);
      return match === undefined ? [] : [`${path}: ${match}`];
    });
    expect(found).toEqual([]);
  });
});

describe('packages', () => {
  // That of a template is of the project that is made of it.
  const isOurs = (path: string): boolean => basename(path) === 'package.json' && !path.includes('/template/');
  const manifests = FILES.filter(isOurs).map((path) => ({
    path,
    manifest: JSON.parse(read(path)) as {
      readonly name: string;
      readonly nx?: { readonly includedScripts?: readonly string[] };
      readonly dependencies?: Readonly<Record<string, string>>;
      readonly devDependencies?: Readonly<Record<string, string>>;
    },
  }));

  test('each hides its scripts from Nx: a task has one owner, and these are Turbo’s', () => {
    const open = manifests.filter(({ manifest }) => manifest.nx?.includedScripts?.length !== 0);
    expect(open.map(({ path }) => path)).toEqual([]);
  });

  test('each depends on exact versions', () => {
    const ranges = manifests.flatMap(({ path, manifest }) =>
      Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })
        .filter(([name, version]) => !name.startsWith('@spatial-ensemble/') && !/^\d+\.\d+\.\d+$/.test(version))
        .map(([name, version]) => `${path}: ${name}@${version}`),
    );
    expect(ranges).toEqual([]);
  });

  test('each is named after its folder', () => {
    const own = manifests.filter(({ path }) => path !== 'package.json');
    expect(own.map(({ manifest }) => manifest.name)).toEqual(
      own.map(({ path }) => `@spatial-ensemble/${basename(dirname(path))}`),
    );
  });
});
