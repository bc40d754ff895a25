import { existsSync, readFileSync } from 'node:fs';

const DRIVER = '/proc/driver/nvidia/version';

// Where distributions, containers and WSL put the driver's own library.
const LIBCUDA = [
  '/usr/lib/x86_64-linux-gnu/libcuda.so.1',
  '/usr/lib/aarch64-linux-gnu/libcuda.so.1',
  '/usr/lib64/libcuda.so.1',
  '/usr/lib/libcuda.so.1',
  '/usr/lib/wsl/lib/libcuda.so.1',
];

/** The version of the NVIDIA driver, `unknown` if only its library is seen; `undefined` where there is none. */
export function nvidiaDriver(): string | undefined {
  if (existsSync(DRIVER)) return /\s(\d+\.\d+(?:\.\d+)?)\s/.exec(readFileSync(DRIVER, 'utf8'))?.[1] ?? 'unknown';
  return LIBCUDA.some((path) => existsSync(path)) ? 'unknown' : undefined;
}
