import { closeSync, existsSync, openSync, readSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LIBRARY_VARIABLE } from './location.ts';
import { LibraryError } from './errors.ts';
import { isCutOff, runPath } from './elf.ts';

/** The CPU build, or the one for NVIDIA GPUs. */
export type Build = 'cpu' | 'cuda12';

/** TensorFlow's two libraries, by absolute path. */
export interface LibraryFiles {
  readonly cc: string;
  readonly framework: string;
  readonly directory: string;
}

/** A library by its stem, whatever its system calls it: `.so.2`, `.so`, `.2.dylib`, `.dylib`. */
function file(directory: string, stem: string): string | undefined {
  const named = readdirSync(directory).filter(
    (name) => name.startsWith(`${stem}.`) && /\.(so|dylib)(\.\d+)*$/.test(name),
  );
  // The major version's name is the one that the libraries ask each other for.
  const [name] = [`${stem}.so.2`, `${stem}.2.dylib`, ...named.sort()].filter((wanted) => named.includes(wanted));
  return name === undefined ? undefined : join(directory, name);
}

/** The two libraries in a directory, or in its folder `tensorflow`; `undefined` where they are not. */
export function librariesIn(directory: string): LibraryFiles | undefined {
  for (const candidate of [directory, join(directory, 'tensorflow')]) {
    if (!existsSync(candidate) || !statSync(candidate).isDirectory()) continue;
    const cc = file(candidate, 'libtensorflow_cc');
    const framework = file(candidate, 'libtensorflow_framework');
    if (cc !== undefined && framework !== undefined) return { cc, framework, directory: candidate };
  }
  return undefined;
}

/** What a library file was built for, from its first bytes: `linux-x64`, `darwin-arm64`; `undefined` if it is no library. */
export function builtFor(path: string): string | undefined {
  const bytes = Buffer.alloc(20);
  const handle = openSync(path, 'r');
  try {
    if (readSync(handle, bytes, 0, 20, 0) < 20) return undefined;
  } finally {
    closeSync(handle);
  }
  if (bytes.readUInt32BE(0) === 0x7f454c46) {
    // ELF: e_machine at byte 18; 62 is x86-64, 183 AArch64.
    const machine = bytes.readUInt16LE(18);
    return `linux-${{ 62: 'x64', 183: 'arm64' }[machine] ?? `machine ${machine}`}`;
  }
  if (bytes.readUInt32LE(0) === 0xfeedfacf) {
    // Mach-O, 64 bit: the CPU type follows the magic number.
    const cpu = bytes.readUInt32LE(4);
    return `darwin-${{ 0x01000007: 'x64', 0x0100000c: 'arm64' }[cpu] ?? `CPU type ${cpu}`}`;
  }
  return undefined;
}

/** The CUDA build looks for NVIDIA's libraries beside itself; the CPU build does not. */
export function buildOf({ framework }: LibraryFiles): Build {
  return /nvidia\/cudnn|cuda/.test(runPath(framework) ?? '') ? 'cuda12' : 'cpu';
}

/**
 * The library that a person named by hand.
 *
 * @param path a directory, or the path of `libtensorflow_cc`.
 * @param host the machine's system and architecture, as in `linux-x64`.
 * @throws LibraryError when it is not there, or was built for another machine.
 */
export function namedLibrary(path: string, host: string): LibraryFiles {
  const wrong = (what: string): never => {
    throw new LibraryError(
      'no-such-library',
      `${LIBRARY_VARIABLE} is ${path}, ${what}. Correct it, or unset it and TensorFlow is fetched into the cache.`,
    );
  };
  if (!existsSync(path)) return wrong('which does not exist');
  const directory = statSync(path).isDirectory() ? path : dirname(path);
  const found = librariesIn(directory);
  if (found === undefined)
    return wrong('where libtensorflow_cc and libtensorflow_framework (.so.2, on macOS .2.dylib) are not side by side');
  const files = directory === path ? found : { ...found, cc: path };
  for (const library of [files.cc, files.framework]) {
    const built = builtFor(library);
    if (built === undefined) return wrong(`but ${library} is not a shared library`);
    if (isCutOff(library)) return wrong(`but ${library} is cut off: it ends before what its headers tell of`);
    if (built !== host) {
      throw new LibraryError(
        'wrong-architecture',
        `${LIBRARY_VARIABLE} names ${library}, which was built for ${built}; this is Node.js for ${host}. Name a library for ${host}, or unset it and the right one is fetched.`,
      );
    }
  }
  return files;
}
