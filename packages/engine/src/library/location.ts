import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The variables of an environment, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Names a directory that holds TensorFlow's libraries, or the path of `libtensorflow_cc` itself. */
export const LIBRARY_VARIABLE = 'SPATIAL_ENSEMBLE_TENSORFLOW';

/** Names the directory that takes the place of the per-user cache. */
export const CACHE_VARIABLE = 'SPATIAL_ENSEMBLE_CACHE';

function set(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value;
}

/** The library that the environment names, as an absolute path; `undefined` where it names none. */
export function libraryFromEnvironment(env: Environment): string | undefined {
  const path = set(env[LIBRARY_VARIABLE]);
  return path === undefined ? undefined : resolve(path);
}

/**
 * The per-user cache of this project: `SPATIAL_ENSEMBLE_CACHE` if set; on macOS `~/Library/Caches/spatial-ensemble`;
 * elsewhere `$XDG_CACHE_HOME/spatial-ensemble`, by default `~/.cache/spatial-ensemble`. A relative `XDG_CACHE_HOME` is
 * ignored, as its specification asks.
 */
export function cacheDirectory(env: Environment, platform: NodeJS.Platform): string {
  const explicit = set(env[CACHE_VARIABLE]);
  if (explicit !== undefined) return resolve(explicit);
  const home = set(env['HOME']) ?? homedir();
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'spatial-ensemble');
  const xdg = set(env['XDG_CACHE_HOME']);
  return join(xdg?.startsWith('/') ? xdg : join(home, '.cache'), 'spatial-ensemble');
}
