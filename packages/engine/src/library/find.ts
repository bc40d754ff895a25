import { join } from 'node:path';
import { damagedFiles } from './checksums.ts';
import { freeBytes } from './disk.ts';
import { BY_HAND, LibraryError } from './errors.ts';
import { fetchBuild, isComplete } from './fetch.ts';
import { thisHost, wheelPlatform, type Host, type Platform } from './host.ts';
import { cacheDirectory, libraryFromEnvironment, type Environment } from './location.ts';
import { buildOf, librariesIn, namedLibrary, type Build, type LibraryFiles } from './named.ts';
import { DRIVER_VARIABLE, nvidiaDriver } from './nvidia.ts';
import { PINNED_BUILDS } from './pinned-wheels.ts';
import { progressOn, type Progress } from './progress.ts';
import { buildBytes, formatBytes, TENSORFLOW_VERSION, type PinnedBuilds } from './wheel.ts';

/** TensorFlow's library, found. */
export interface Library extends LibraryFiles {
  readonly build: Build;
  /** As in `2.21.0`; `undefined` for a library that was named by hand, which tells its version when it is loaded. */
  readonly version: string | undefined;
  /** Who provided it: the environment variable, the cache, or a fetch just now. */
  readonly source: 'environment' | 'cache' | 'fetched';
}

/** Options of `findLibrary`. */
export interface FindOptions {
  /** `gpu` asks for the CUDA build. Default `cpu`. */
  readonly device?: 'cpu' | 'gpu';
  /** Whether it may be fetched. Default true. */
  readonly fetch?: boolean;
  /** Told what goes on. Default: a bar, or lines, on standard error. */
  readonly progress?: Progress;
  /** Default: this process's. */
  readonly env?: Environment;
  /** Default: this machine. */
  readonly host?: Host;
  /** The builds that can be fetched. Default: those pinned in this package. */
  readonly builds?: PinnedBuilds;
  /** Tells the free bytes of a directory's disk. */
  readonly freeBytes?: (directory: string) => Promise<number>;
  /** Tells the version of the NVIDIA driver, if there is one. */
  readonly nvidiaDriver?: (env: Environment) => string | undefined;
}

/** The folder of a build in the cache, as in `2.21.0-linux-x64-cpu`. */
function folder(platform: Platform, build: Build): string {
  return `${TENSORFLOW_VERSION}-${platform}-${build}`;
}

/**
 * Finds TensorFlow 2.21: the library that `SPATIAL_ENSEMBLE_TENSORFLOW` names; else the one in the per-user cache; else
 * it is fetched into the cache with the user's own pip.
 *
 * @throws LibraryError that says what to do, and how to point at a library by hand.
 */
export async function findLibrary(options: FindOptions = {}): Promise<Library> {
  const { device = 'cpu', env = process.env, host = thisHost() } = options;
  const named = libraryFromEnvironment(env);
  if (named !== undefined) {
    const files = namedLibrary(named, `${host.os}-${host.arch}`);
    return { ...files, build: buildOf(files), version: undefined, source: 'environment' };
  }
  const { builds = PINNED_BUILDS, progress = progressOn() } = options;
  const platform = wheelPlatform(host);
  if (device === 'gpu' && builds[`${platform}-cuda12`] === undefined) {
    throw new LibraryError(
      'no-cuda-build',
      `TensorFlow ${TENSORFLOW_VERSION} has no build for GPUs on ${platform}, only for Linux on x64 with an NVIDIA GPU. Run on the CPU (device 'cpu').`,
    );
  }
  const root = join(cacheDirectory(env, host.os), 'tensorflow');
  // The CUDA build runs on the CPU as well; so who has it needs no other.
  const fitting: readonly Build[] = device === 'gpu' ? ['cuda12'] : ['cpu', 'cuda12'];
  for (const build of fitting) {
    const wheels = builds[`${platform}-${build}`];
    const directory = join(root, folder(platform, build));
    if (wheels === undefined || !(await isComplete(directory, wheels))) continue;
    if (build === 'cpu') mentionDriver(options, builds[`${platform}-cuda12`], progress);
    // `!`: its files are there, as it is complete.
    return { ...librariesIn(directory)!, build, version: TENSORFLOW_VERSION, source: 'cache' };
  }
  const build: Build = device === 'gpu' ? 'cuda12' : 'cpu';
  // `!`: platforms without a build were refused above.
  const wheels = builds[`${platform}-${build}`]!;
  const name = folder(platform, build);
  const { download } = buildBytes(wheels);
  if (device === 'gpu' && (options.nvidiaDriver ?? nvidiaDriver)(env) === undefined) {
    throw new LibraryError(
      'no-driver',
      `There is no NVIDIA driver here (no libcuda.so.1, no /dev/nvidia*), without which TensorFlow's CUDA build (${formatBytes(download)}, not fetched) finds no GPU. Install the driver, version 525 or newer (in a container: start it with its GPUs, as \`docker run --gpus all\` does), or run on the CPU. If there is one all the same, or the run will be on another machine, set ${DRIVER_VARIABLE}=1.`,
    );
  }
  const damaged = (await damagedFiles(join(root, name), 'changed')) ?? [];
  const isDamaged = `${damaged.map((file) => join(root, name, file)).join(' and ')} ${damaged.length === 1 ? 'is' : 'are'} damaged: not what was unpacked`;
  const again = `npx spatial-ensemble doctor --fetch${device === 'gpu' ? ' --gpu' : ''}`;
  if (options.fetch === false && damaged.length > 0)
    throw new LibraryError(
      'damaged',
      `${isDamaged}. Fetch the library again (${formatBytes(download)}): ${again}. ${BY_HAND}`,
    );
  if (options.fetch === false) {
    throw new LibraryError(
      'not-cached',
      `TensorFlow ${TENSORFLOW_VERSION} (${build} build) is not in ${root}. Fetch it (${formatBytes(download)}): ${again}. ${BY_HAND}`,
    );
  }
  if (damaged.length > 0) progress.line(`${isDamaged}. It is fetched again.`);
  await fetchBuild({ root, name, wheels, env, progress, freeBytes: options.freeBytes ?? freeBytes });
  if (build === 'cpu') mentionDriver(options, builds[`${platform}-cuda12`], progress);
  return { ...librariesIn(join(root, name))!, build, version: TENSORFLOW_VERSION, source: 'fetched' };
}

let mentioned = false;

/** One line, once a process, for who has a GPU and runs on the CPU. */
function mentionDriver(options: FindOptions, cuda: PinnedBuilds[string] | undefined, progress: Progress): void {
  const driver = (options.nvidiaDriver ?? nvidiaDriver)(options.env ?? process.env);
  if (mentioned || driver === undefined || cuda === undefined) return;
  mentioned = true;
  progress.line(
    `There is an NVIDIA driver (${driver}), but TensorFlow's CPU build is used; a run that asks for the device 'gpu' fetches the CUDA build (${formatBytes(buildBytes(cuda).download)}).`,
  );
}
