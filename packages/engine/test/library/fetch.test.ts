import {
  existsSync,
  mkdtempSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findLibrary, type FindOptions, type Library } from '../../src/library/index.ts';
import type { Environment } from '../../src/library/location.ts';
import { nvidiaDriver } from '../../src/library/nvidia.ts';
import type { PinnedBuilds } from '../../src/library/wheel.ts';
import { fakeLibrary, LINUX, makeWheels, offline, pinned, recorder, tinyBuilds, wheelPath } from './wheels.ts';

// The real pip runs in every test that fetches, on a directory of tiny wheels instead of an index.
let wheels: string;
let builds: PinnedBuilds;
let cache: string;
let root: string;

beforeAll(() => {
  wheels = mkdtempSync(join(tmpdir(), 'wheels-'));
  builds = tinyBuilds(wheels);
});
afterAll(() => rmSync(wheels, { recursive: true }));
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'cache-'));
  root = join(cache, 'tensorflow');
});
afterEach(() => rmSync(cache, { recursive: true }));

const CPU = '2.21.0-linux-x64-cpu';
const CUDA = '2.21.0-linux-x64-cuda12';

function find(options: FindOptions = {}): Promise<Library> {
  return findLibrary({
    env: offline(wheels, cache),
    host: LINUX,
    builds,
    progress: recorder(),
    nvidiaDriver: () => (options.device === 'gpu' ? '580.65.06' : undefined),
    ...options,
  });
}

function problem(name: string, message: RegExp): object {
  return expect.objectContaining({ problem: name, message: expect.stringMatching(message) as string }) as object;
}

/** What a fetch may leave behind: finished builds and an empty folder for parts. */
function left(): string[] {
  return [
    ...readdirSync(root).filter((name) => name !== '.parts'),
    ...readdirSync(join(root, '.parts')).map((name) => `.parts/${name}`),
  ].sort();
}

/** Whether a process runs; one that has ended, but that nobody has asked about yet (a zombie), does not. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync(`/proc/${pid}/stat`) || !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly out: string;
  readonly err: string;
}

function start(
  device: 'cpu' | 'gpu',
  kill: string,
  env: Environment,
): ChildProcessByStdio<Writable, Readable, Readable> {
  const script = fileURLToPath(new URL('fetch-in-a-process.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, device, kill], {
    env: env as NodeJS.ProcessEnv,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(JSON.stringify(builds));
  return child;
}

async function inAProcess(device: 'cpu' | 'gpu', kill = ''): Promise<Ended> {
  const child = start(device, kill, offline(wheels, cache));
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal })),
  );
  const [out, err, end] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { ...end, out, err };
}

describe('a first run', () => {
  test('fetches the CPU build with pip, says so, and leaves nothing but the two libraries', async () => {
    const progress = recorder();
    const library = await find({ progress });
    const directory = join(root, CPU, 'tensorflow');
    expect(library).toEqual({
      cc: join(directory, 'libtensorflow_cc.so.2'),
      framework: join(directory, 'libtensorflow_framework.so.2'),
      directory,
      build: 'cpu',
      version: '2.21.0',
      source: 'fetched',
    });
    expect(readFileSync(library.cc).equals(fakeLibrary(200_000, 1))).toBe(true);
    expect(readdirSync(directory).sort()).toEqual(['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2']);
    expect(left()).toEqual([CPU]);
    expect(progress.said).toEqual([
      expect.stringMatching(
        /^Fetching TensorFlow \(2\.21\.0-linux-x64-cpu\) with pip, once: \d+ kB to download, 230 kB unpacked in /,
      ),
      'Fetching tensorflow-cpu',
      'Unpacking tensorflow-cpu',
    ]);
  });

  test('that asks for a GPU where there is no driver fetches nothing, and says what to do', async () => {
    const nowhere = mkdtempSync(join(cache, 'no-driver-'));
    const look = (env: Environment): string | undefined => nvidiaDriver(env, nowhere);
    const progress = recorder();
    for (const fetch of [true, false])
      await expect(find({ device: 'gpu', fetch, progress, nvidiaDriver: look })).rejects.toEqual(
        problem('no-driver', /^There is no NVIDIA driver here .*Install the driver.*or run on the CPU.*DRIVER=1\.$/),
      );
    expect(existsSync(root)).toBe(false);
    expect(progress.said).toEqual([]);
    const env = { ...offline(wheels, cache), SPATIAL_ENSEMBLE_NVIDIA_DRIVER: '1' };
    await expect(find({ device: 'gpu', fetch: false, env, nvidiaDriver: look })).rejects.toEqual(
      problem('not-cached', /doctor -- --fetch --gpu/),
    );
  });

  test('that asks for a GPU fetches the CUDA build with its companions beside it, and names each with its size', async () => {
    const progress = recorder();
    const library = await find({ device: 'gpu', progress });
    expect(library).toMatchObject({ build: 'cuda12', source: 'fetched', directory: join(root, CUDA, 'tensorflow') });
    expect(statSync(join(root, CUDA, 'nvidia/cuda_nvcc/bin/ptxas')).mode & 0o111).not.toBe(0);
    expect(progress.said.slice(0, 3)).toEqual([
      expect.stringContaining('to download'),
      expect.stringMatching(/^ {2}tensorflow 2\.21\.0: \d+ kB$/),
      expect.stringMatching(/^ {2}nvidia-cuda-nvcc-cu12 2\.21\.0: \d+ kB$/),
    ]);
    expect(left()).toEqual([CUDA]);
    // It runs on the CPU as well, so a run on the CPU takes it rather than fetch another.
    expect(await find()).toMatchObject({ build: 'cuda12', source: 'cache' });
  });
});

describe('a later run', () => {
  test('needs neither pip nor Python nor a network, and writes nothing', async () => {
    await find();
    const before = statSync(root).mtimeMs;
    const env = { PATH: '/nonexistent', SPATIAL_ENSEMBLE_CACHE: cache };
    const progress = recorder();
    expect(await find({ env, progress })).toMatchObject({ source: 'cache', version: '2.21.0' });
    expect(progress.said).toEqual([]);
    expect(statSync(root).mtimeMs).toBe(before);
  });

  test('fetches again when a file was cut short or deleted', async () => {
    const { cc, framework } = await find();
    truncateSync(cc, 1000);
    expect(await find()).toMatchObject({ source: 'fetched' });
    expect(statSync(cc).size).toBe(200_000);
    rmSync(framework);
    expect(await find()).toMatchObject({ source: 'fetched' });
    expect(left()).toEqual([CPU]);
  });

  test('prefers what the environment names', async () => {
    const { directory } = await find();
    const env = { ...offline(wheels, cache), SPATIAL_ENSEMBLE_TENSORFLOW: directory };
    expect(await find({ env })).toMatchObject({ directory, source: 'environment' });
  });

  test('with an NVIDIA driver mentions the CUDA build, in one line, once', async () => {
    await find();
    const progress = recorder();
    const nvidiaDriver = (): string => '580.65.06';
    await find({ progress, nvidiaDriver });
    await find({ progress, nvidiaDriver });
    expect(progress.said).toEqual([
      expect.stringMatching(/^There is an NVIDIA driver \(580\.65\.06\), but TensorFlow's CPU build is used; .*'gpu'/),
    ]);
  });
});

describe('several processes at once', () => {
  test('fetch it once, and all end well', async () => {
    const ended = await Promise.all([inAProcess('cpu'), inAProcess('cpu')]);
    for (const { code, out } of ended) {
      expect(code).toBe(0);
      expect(JSON.parse(out)).toMatchObject({ directory: join(root, CPU, 'tensorflow') });
    }
    expect(
      ended
        .map(({ err }) => err)
        .join('')
        .match(/^Fetching tensorflow-cpu$/gm),
    ).toHaveLength(1);
    expect(left()).toEqual([CPU]);
  });
});

describe('a fetch that is killed', () => {
  test.each(['Fetching tensorflow-cpu', 'Unpacking tensorflow-cpu', 'mid:Unpacking tensorflow-cpu'])(
    'at "%s" leaves nothing that looks finished, and the next one mends it',
    async (where) => {
      const { signal } = await inAProcess('cpu', where);
      expect(signal).toBe('SIGKILL');
      expect(existsSync(join(root, CPU))).toBe(false);
      await expect(find({ fetch: false })).rejects.toEqual(problem('not-cached', /doctor -- --fetch/));
      const started = Date.now();
      expect(await find()).toMatchObject({ source: 'fetched' });
      // The dead process's lock is recognised by its process id; nobody waits for it to grow old.
      expect(Date.now() - started).toBeLessThan(20_000);
      expect(left()).toEqual([CPU]);
    },
  );

  test('goes on at the wheel that it had reached', async () => {
    await inAProcess('gpu', 'Unpacking nvidia-cuda-nvcc-cu12');
    expect(left()).toContain(`.parts/${builds['linux-x64-cuda12']![0]!.sha256}`);
    const progress = recorder();
    await find({ device: 'gpu', progress });
    expect(progress.said).not.toContain('Fetching tensorflow');
    expect(progress.said).toContain('Fetching nvidia-cuda-nvcc-cu12');
    expect(left()).toEqual([CUDA]);
  });
});

describe('a fetch that is asked to end', () => {
  test('ends by that signal, and takes pip with it', async () => {
    const python = join(cache, 'slow-pip');
    const started = join(cache, 'pid');
    writeFileSync(python, `#!/bin/sh\necho $$ > ${started}.new; mv ${started}.new ${started}; exec sleep 300\n`, {
      mode: 0o755,
    });
    const child = start('cpu', '', { ...offline(wheels, cache), SPATIAL_ENSEMBLE_PYTHON: python });
    const ended = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
    await expect.poll(() => existsSync(started), { timeout: 20_000 }).toBe(true);
    const pip = Number(readFileSync(started, 'utf8'));
    child.kill('SIGTERM');
    expect(await ended).toBe('SIGTERM');
    await expect.poll(() => isRunning(pip), { timeout: 10_000 }).toBe(false);
  });
});

describe('what can go wrong says what to do', () => {
  const BY_HAND = /SPATIAL_ENSEMBLE_TENSORFLOW/;

  test('no Python', async () => {
    const env = { ...offline(wheels, cache), PATH: '/nonexistent' };
    await expect(find({ env })).rejects.toEqual(
      problem('no-python', /no python3.*apt-get install python3-pip.*SPATIAL_ENSEMBLE_PYTHON/s),
    );
    await expect(find({ env })).rejects.toThrow(BY_HAND);
  });

  test('no pip', async () => {
    // A Python that is told to look for modules nowhere but in its own standard library.
    const python = join(cache, 'python-without-pip');
    writeFileSync(python, '#!/bin/sh\nexec python3 -I -S "$@"\n', { mode: 0o755 });
    await expect(find({ env: { ...offline(wheels, cache), SPATIAL_ENSEMBLE_PYTHON: python } })).rejects.toEqual(
      problem('no-pip', /apt-get install python3-pip/),
    );
  });

  test('nothing of that name in the index', async () => {
    const empty = join(cache, 'empty');
    mkdirSync(empty);
    await expect(find({ env: offline(empty, cache) })).rejects.toEqual(
      problem('not-in-index', /PIP_INDEX_URL.*SPATIAL_ENSEMBLE_TENSORFLOW.*said:/s),
    );
    expect(left()).toEqual([]);
  });

  test('no network', async () => {
    const { PIP_NO_INDEX: _, PIP_FIND_LINKS: __, ...env } = offline(wheels, cache);
    // Port 9 of this machine: nobody listens there.
    const unreachable = { ...env, PIP_INDEX_URL: 'http://127.0.0.1:9/simple', PIP_RETRIES: '1', NO_PROXY: '*' };
    await expect(find({ env: unreachable })).rejects.toEqual(
      problem('no-network', /cannot be reached.*mirror or proxy/),
    );
  });

  test('another file under the same name', async () => {
    const [wheel] = builds['linux-x64-cpu']!;
    const wrong = { 'linux-x64-cpu': [{ ...wheel!, sha256: '0'.repeat(64) }] };
    await expect(find({ builds: wrong })).rejects.toEqual(
      problem('hash-mismatch', /not what this version of the project expects.*Try again/),
    );
    expect(left()).toEqual([]);
  });

  test('another file, and a pip that does not look', async () => {
    const [wheel] = builds['linux-x64-cpu']!;
    const python = join(cache, 'careless-pip');
    writeFileSync(
      python,
      `#!/bin/sh\nfor last; do case "$previous" in --dest) mkdir -p "$last"; cp ${wheelPath(wheels, 'tensorflow')} "$last";; esac; previous=$last; done\n`,
      { mode: 0o755 },
    );
    const env = { ...offline(wheels, cache), SPATIAL_ENSEMBLE_PYTHON: python };
    await expect(find({ env, builds: { 'linux-x64-cpu': [wheel!] } })).rejects.toEqual(
      problem('hash-mismatch', /its SHA-256 is wrong/),
    );
    expect(left()).toEqual([]);
  });

  test('a damaged wheel', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'damaged-'));
    const wheel = { name: 'tensorflow-cpu', files: { 'tensorflow/libtensorflow_cc.so.2': fakeLibrary(100_000, 9) } };
    makeWheels(directory, [wheel]);
    const path = wheelPath(directory, wheel.name);
    const bytes = readFileSync(path);
    bytes[20_000]! ^= 1;
    writeFileSync(path, bytes);
    const damaged = { 'linux-x64-cpu': [pinned(directory, wheel)] };
    await expect(find({ builds: damaged, env: offline(directory, cache) })).rejects.toEqual(
      problem('corrupt-wheel', /wrong checksum/),
    );
    // Cut short it is not even a wheel to pip.
    truncateSync(path, 50_000);
    const cut = { 'linux-x64-cpu': [{ ...pinned(directory, wheel), files: damaged['linux-x64-cpu'][0]!.files }] };
    await expect(find({ builds: cut, env: offline(directory, cache) })).rejects.toEqual(
      problem('corrupt-wheel', /damaged/),
    );
    expect(left()).toEqual([]);
    rmSync(directory, { recursive: true });
  });

  test('too little disk: before anything is fetched', async () => {
    const progress = recorder();
    const failure = find({ progress, freeBytes: () => Promise.resolve(100_000) });
    await expect(failure).rejects.toEqual(
      problem('disk-space', /needs \d+ kB in .*where 100 kB are free\. Free \d+ kB.*SPATIAL_ENSEMBLE_CACHE/),
    );
    expect(progress.said).toEqual([]);
    expect(left()).toEqual([]);
  });

  test('a cache that cannot be written', async () => {
    const file = join(cache, 'a-file');
    writeFileSync(file, '');
    await expect(find({ env: offline(wheels, file) })).rejects.toEqual(
      problem('unwritable-cache', /cannot be written \(ENOTDIR\).*SPATIAL_ENSEMBLE_CACHE/),
    );
  });

  test('a platform without a build, and one without a CUDA build', async () => {
    await expect(find({ host: { ...LINUX, os: 'win32' } })).rejects.toEqual(problem('unsupported-platform', /WSL/));
    await expect(find({ host: { ...LINUX, arch: 'arm64' }, device: 'gpu' })).rejects.toEqual(
      problem('no-cuda-build', /linux-arm64.*device 'cpu'/),
    );
  });
});
