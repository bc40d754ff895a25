import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import koffi from 'koffi';
import type { Environment } from './location.ts';

/** Set to `1`: there will be an NVIDIA driver where the run takes place, whether one is seen here or not. */
export const DRIVER_VARIABLE = 'SPATIAL_ENSEMBLE_NVIDIA_DRIVER';

const VERSION = 'proc/driver/nvidia/version';

// Its devices, and where distributions, containers and WSL put its own library.
const SIGNS = [
  'dev/nvidiactl',
  'dev/nvidia0',
  'usr/lib/x86_64-linux-gnu/libcuda.so.1',
  'usr/lib/aarch64-linux-gnu/libcuda.so.1',
  'usr/lib64/libcuda.so.1',
  'usr/lib/libcuda.so.1',
  'usr/lib/wsl/lib/libcuda.so.1',
];

/** Whether the dynamic loader finds the driver's library, wherever it is told to look. */
function loadable(): boolean {
  try {
    koffi.load('libcuda.so.1');
    return true;
  } catch {
    return false;
  }
}

/**
 * The version of the NVIDIA driver, `unknown` if only its devices or its library are seen; `undefined` where there is
 * none.
 *
 * @param root the folder that is looked at in the place of `/`.
 */
export function nvidiaDriver(env: Environment = process.env, root = '/'): string | undefined {
  const version = join(root, VERSION);
  if (existsSync(version)) return /\s(\d+\.\d+(?:\.\d+)?)\s/.exec(readFileSync(version, 'utf8'))?.[1] ?? 'unknown';
  const seen = env[DRIVER_VARIABLE] === '1' || SIGNS.some((path) => existsSync(join(root, path)));
  return seen || (root === '/' && loadable()) ? 'unknown' : undefined;
}
