import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Environment } from './environment.ts';

/** The per-user cache's part for data sets; the cache is where the engine has TensorFlow, named by the same variables. */
export function dataCache(env: Environment, platform: NodeJS.Platform = process.platform): string {
  return join(userCache(env, platform), 'datasets');
}

function userCache(env: Environment, platform: NodeJS.Platform): string {
  const { SPATIAL_ENSEMBLE_CACHE: named, XDG_CACHE_HOME: xdg } = env;
  if (named?.trim()) return resolve(named);
  const home = env['HOME']?.trim() ? env['HOME'] : homedir();
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'spatial-ensemble');
  return join(xdg?.startsWith('/') ? xdg : join(home, '.cache'), 'spatial-ensemble');
}
