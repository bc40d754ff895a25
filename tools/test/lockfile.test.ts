import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { describe, expect, test } from 'vitest';

import { complete, type Lockfile, problems } from '../lockfile/complete.ts';
import { platformOf } from '../lockfile/platform.ts';

const locked = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../package-lock.json'), 'utf8')) as Lockfile;

const nx = { version: '1.0.0', dev: true, optionalDependencies: { '@nx/nx-linux-x64-musl': '1.0.0' } } as const;

describe('completing a lockfile', () => {
  test('adds what npm would have, had its registry had the package', () => {
    expect(complete({ packages: { '': {}, 'node_modules/nx': nx } }).packages).toEqual({
      '': {},
      'node_modules/@nx/nx-linux-x64-musl': {
        version: '1.0.0',
        cpu: ['x64'],
        dev: true,
        libc: ['musl'],
        optional: true,
        os: ['linux'],
      },
      'node_modules/nx': nx,
    });
  });

  test('restores a removed entry in the same place among the others, and nothing else', () => {
    const [removed, ...others] = Object.keys(locked.packages).filter((path) => path.startsWith('node_modules/@nx/nx-'));
    expect(others.length).toBeGreaterThan(5);
    const { [removed!]: entry, ...left } = locked.packages;
    const packages = complete({ packages: left }).packages;
    expect(Object.keys(packages)).toEqual(Object.keys(locked.packages));
    expect(packages[removed!]).toMatchObject({ version: entry!.version, os: entry!.os, cpu: entry!.cpu });
  });

  test('nests a version that another one would hide', () => {
    const other = { version: '2.0.0' };
    const { packages } = complete<Lockfile>({
      packages: { '': {}, 'node_modules/nx': nx, 'node_modules/@nx/nx-linux-x64-musl': other },
    });
    expect(packages['node_modules/nx/node_modules/@nx/nx-linux-x64-musl']).toMatchObject({ version: '1.0.0' });
    expect(packages['node_modules/@nx/nx-linux-x64-musl']).toBe(other);
  });

  test('finds what stands beside a nested package', () => {
    const lockfile = {
      packages: {
        '': {},
        'node_modules/a/node_modules/nx': nx,
        'node_modules/a/node_modules/@nx/nx-linux-x64-musl': { version: '1.0.0' },
      },
    };
    expect(problems(lockfile)).toEqual([]);
  });

  test('refuses to choose a version', () => {
    const ranged = { ...nx, optionalDependencies: { '@nx/nx-linux-x64-musl': '^1.0.0' } };
    expect(() => complete({ packages: { 'node_modules/nx': ranged } })).toThrow('which is not one version');
  });
});

test('says what is missing, and where a registry is named', () => {
  const resolved = 'https://example.org/nx.tgz';
  expect(
    problems({
      packages: {
        'node_modules/nx': { ...nx, resolved },
        'node_modules/own': { link: true, resolved: 'packages/own' },
      },
    }),
  ).toEqual([
    '@nx/nx-linux-x64-musl@1.0.0 has no entry (wanted by node_modules/nx)',
    'node_modules/nx names the registry that it came from',
  ]);
});

test('platforms read from names are those that npm has locked', () => {
  const native = Object.entries(locked.packages).filter(
    ([path, { integrity }]) => integrity !== undefined && /\/(nx-|binding-|lightningcss-)[a-z0-9-]+$/.test(path),
  );
  const named = native.filter(([, { os }]) => os !== undefined);
  expect(named.length).toBeGreaterThan(30);
  for (const [path, { os, cpu, libc }] of named) {
    expect(platformOf(path.replace('node_modules/', '')), path).toEqual({ os, cpu, ...(libc && { libc }) });
  }
});

test('a name without a platform is an error', () => {
  expect(() => platformOf('fsevents')).toThrow('fsevents: its name does not tell its platform');
});
