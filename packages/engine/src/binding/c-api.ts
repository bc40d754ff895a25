import { closeSync, openSync } from 'node:fs';
import koffi from 'koffi';
import { PROTOTYPES, type CApi, type GraphOutput, type Pointer } from './c-functions.ts';

const RTLD_NOW_GLOBAL_NODELETE = process.platform === 'darwin' ? 0x2 | 0x8 | 0x80 : 0x2 | 0x100 | 0x1000;

/**
 * Opens a library for good. koffi unloads what it loaded when the process or a worker thread ends, and TensorFlow's
 * destructors then crash; a library opened first with RTLD_NODELETE stays.
 */
function pin(path: string): void {
  const libc = koffi.load(null);
  const dlopen = libc.func('void *dlopen(const char *path, int flags)');
  // Looked up before: looking up a function clears the message.
  const dlerror = libc.func('const char *dlerror()');
  if (dlopen(path, RTLD_NOW_GLOBAL_NODELETE) === null) {
    throw new Error(`could not load ${path}: ${dlerror() ?? 'unknown reason'}`);
  }
}

// absl::SetMinLogLevel(absl::LogSeverityAtLeast) in the inline namespace of the abseil that TensorFlow 2.21 is built
// with. The variable TF_CPP_MIN_LOG_LEVEL no longer reaches it.
const SET_MIN_LOG_LEVEL = '_ZN4absl12lts_2025081414SetMinLogLevelENS0_18LogSeverityAtLeastE';
const ABOVE_FATAL = 100;

/** Runs `load` with the process's standard error closed: abseil logs while it is being loaded, before it can be told. */
function withoutStandardError(load: () => void): void {
  const libc = koffi.load(null);
  const dup = libc.func('int dup(int fd)');
  const dup2 = libc.func('int dup2(int from, int to)');
  // Not Node's closeSync: in a worker thread it warns of a descriptor that it did not open.
  const close = libc.func('int close(int fd)');
  const saved = dup(2) as number;
  const nowhere = openSync('/dev/null', 'w');
  dup2(nowhere, 2);
  try {
    load();
  } finally {
    dup2(saved, 2);
    closeSync(nowhere);
    close(saved);
  }
}

/** Silences TensorFlow's log; a build that keeps the function elsewhere goes on talking. */
function silence(framework: ReturnType<typeof koffi.load>): void {
  try {
    framework.func(SET_MIN_LOG_LEVEL, 'void', ['int'])(ABOVE_FATAL);
  } catch {
    return;
  }
}

let typesDefined = false;

/** koffi refuses to define a type twice, as a second attempt after one that failed would. */
function defineTypes(): void {
  if (typesDefined) return;
  koffi.struct('TF_Output', { oper: 'void *', index: 'int' });
  typesDefined = true;
}

/**
 * Loads TensorFlow's two libraries and looks up the functions of its C API.
 *
 * @param paths absolute paths of `libtensorflow_framework` and `libtensorflow_cc`, and whether TensorFlow may log.
 * @throws Error when a library cannot be opened or lacks a function.
 */
export function loadCApi(paths: { readonly framework: string; readonly cc: string; readonly verbose?: boolean }): CApi {
  if (paths.verbose === true) pin(paths.framework);
  else withoutStandardError(() => pin(paths.framework));
  const framework = koffi.load(paths.framework, { global: true });
  if (paths.verbose !== true) silence(framework);
  pin(paths.cc);
  const library = koffi.load(paths.cc, { global: true });
  defineTypes();
  const api: Record<string, unknown> = {
    memcpy: koffi.load(null).func('void *memcpy(void *to, const void *from, size_t size)'),
  };
  for (const line of PROTOTYPES.trim().split('\n')) {
    const name = /\*?\b(TFE?_\w+)\(/.exec(line)?.[1];
    if (name === undefined) throw new Error(`unreadable prototype: ${line}`);
    api[name] = library.func(line);
  }
  return api as unknown as CApi;
}

/** Packs graph outputs the way C lays out an array of `TF_Output` (16 bytes each). */
export function packOutputs(outputs: readonly GraphOutput[]): BigUint64Array {
  const packed = new BigUint64Array(Math.max(1, outputs.length) * 2);
  outputs.forEach((output, i) => {
    packed[2 * i] = output.oper;
    packed[2 * i + 1] = BigInt(output.index);
  });
  return packed;
}

/** A NUL-terminated copy of a string, for arrays of `char *`. */
export function cString(text: string): Uint8Array {
  return Buffer.from(`${text}\0`, 'utf8');
}

/** A copy of what a `TF_Buffer` holds. */
export function bufferBytes(buffer: Pointer): Uint8Array {
  // TF_Buffer: { const void *data; size_t length; … }
  const [data, length] = new BigUint64Array(koffi.view(buffer, 16).slice(0));
  return length === 0n ? new Uint8Array(0) : new Uint8Array(koffi.view(data, Number(length)).slice(0));
}
