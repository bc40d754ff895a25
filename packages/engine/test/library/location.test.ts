import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { cacheDirectory, libraryFromEnvironment } from '../../src/library/location.ts';

test.each([
  [{ HOME: '/home/a' }, 'linux', '/home/a/.cache/spatial-ensemble'],
  [{ HOME: '/home/a', XDG_CACHE_HOME: '/big' }, 'linux', '/big/spatial-ensemble'],
  [{ HOME: '/home/a', XDG_CACHE_HOME: '' }, 'linux', '/home/a/.cache/spatial-ensemble'],
  [{ HOME: '/home/a', XDG_CACHE_HOME: 'relative' }, 'linux', '/home/a/.cache/spatial-ensemble'],
  [{ HOME: '/Users/a', XDG_CACHE_HOME: '/big' }, 'darwin', '/Users/a/Library/Caches/spatial-ensemble'],
  [{ HOME: '/home/a', XDG_CACHE_HOME: '/big', SPATIAL_ENSEMBLE_CACHE: '/mine' }, 'linux', '/mine'],
  [{ HOME: '/Users/a', SPATIAL_ENSEMBLE_CACHE: '/mine' }, 'darwin', '/mine'],
  [{ HOME: '/home/a', SPATIAL_ENSEMBLE_CACHE: '' }, 'linux', '/home/a/.cache/spatial-ensemble'],
  [{ SPATIAL_ENSEMBLE_CACHE: 'here' }, 'linux', resolve('here')],
  [{}, 'linux', `${homedir()}/.cache/spatial-ensemble`],
] as const)('the cache of %j on %s is %s', (env, platform, expected) => {
  expect(cacheDirectory(env, platform)).toBe(expected);
});

test('a library that is named by hand is absolute, and an empty name is none', () => {
  expect(libraryFromEnvironment({})).toBeUndefined();
  expect(libraryFromEnvironment({ SPATIAL_ENSEMBLE_TENSORFLOW: ' ' })).toBeUndefined();
  expect(libraryFromEnvironment({ SPATIAL_ENSEMBLE_TENSORFLOW: '/opt/tf' })).toBe('/opt/tf');
  expect(libraryFromEnvironment({ SPATIAL_ENSEMBLE_TENSORFLOW: 'tf' })).toBe(resolve('tf'));
});
