import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { damagedFiles } from '../../src/library/checksums.ts';
import type { Environment } from '../../src/library/location.ts';
import { nvidiaDriver } from '../../src/library/nvidia.ts';
import { CPU, CUDA, expectMended, isRunning, problem, test } from './places.ts';
import { fakeLibrary, LINUX, makeWheels, offline, pinned, recorder, wheelPath } from './wheels.ts';

describe.concurrent('a first run', () => {
  test('fetches the CPU build with pip, says so, and leaves nothing but the two libraries', async ({ at }) => {
    const progress = recorder();
    const library = await at.find({ progress });
    const directory = join(at.root, CPU, 'tensorflow');
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
    expect(at.left()).toEqual([CPU]);
    expect(progress.said).toEqual([
      expect.stringMatching(
        /^Fetching TensorFlow \(2\.21\.0-linux-x64-cpu\) with pip, once: \d+ kB to download, 230 kB unpacked in /,
      ),
      'Fetching tensorflow-cpu',
      'Unpacking tensorflow-cpu',
    ]);
  });

  test('that asks for a GPU where there is no driver fetches nothing, and says what to do', async ({ at }) => {
    const nowhere = mkdtempSync(join(at.cache, 'no-driver-'));
    const look = (env: Environment): string | undefined => nvidiaDriver(env, nowhere);
    const progress = recorder();
    for (const fetch of [true, false])
      await expect(at.find({ device: 'gpu', fetch, progress, nvidiaDriver: look })).rejects.toEqual(
        problem('no-driver', /^There is no NVIDIA driver here .*Install the driver.*or run on the CPU.*DRIVER=1\.$/),
      );
    expect(existsSync(at.root)).toBe(false);
    expect(progress.said).toEqual([]);
    const env = { ...at.env(), SPATIAL_ENSEMBLE_NVIDIA_DRIVER: '1' };
    await expect(at.find({ device: 'gpu', fetch: false, env, nvidiaDriver: look })).rejects.toEqual(
      problem('not-cached', /doctor --fetch --gpu/),
    );
  });

  test('that asks for a GPU fetches the CUDA build with its companions beside it, and names each with its size', async ({
    at,
  }) => {
    const progress = recorder();
    const library = await at.find({ device: 'gpu', progress });
    expect(library).toMatchObject({ build: 'cuda12', source: 'fetched', directory: join(at.root, CUDA, 'tensorflow') });
    expect(statSync(join(at.root, CUDA, 'nvidia/cuda_nvcc/bin/ptxas')).mode & 0o111).not.toBe(0);
    expect(progress.said.slice(0, 3)).toEqual([
      expect.stringContaining('to download'),
      expect.stringMatching(/^ {2}tensorflow 2\.21\.0: \d+ kB$/),
      expect.stringMatching(/^ {2}nvidia-cuda-nvcc-cu12 2\.21\.0: \d+ kB$/),
    ]);
    expect(at.left()).toEqual([CUDA]);
    // It runs on the CPU as well, so a run on the CPU takes it rather than fetch another.
    expect(await at.find()).toMatchObject({ build: 'cuda12', source: 'cache' });
  });
});

describe.concurrent('a later run', () => {
  test('takes what is there, or what the environment names', async ({ at }) => {
    const { directory } = await at.find();

    // It needs neither pip nor Python nor a network, and writes nothing.
    const before = statSync(at.root).mtimeMs;
    const progress = recorder();
    const bare = { PATH: '/nonexistent', SPATIAL_ENSEMBLE_CACHE: at.cache };
    expect(await at.find({ env: bare, progress })).toMatchObject({ source: 'cache', version: '2.21.0' });
    expect(progress.said).toEqual([]);
    expect(statSync(at.root).mtimeMs).toBe(before);

    const env = at.env({ SPATIAL_ENSEMBLE_TENSORFLOW: directory });
    expect(await at.find({ env })).toMatchObject({ directory, source: 'environment' });

    // With an NVIDIA driver it mentions the CUDA build, in one line, once.
    const nvidiaDriver = (): string => '580.65.06';
    await at.find({ progress, nvidiaDriver });
    await at.find({ progress, nvidiaDriver });
    expect(progress.said).toEqual([
      expect.stringMatching(/^There is an NVIDIA driver \(580\.65\.06\), but TensorFlow's CPU build is used; .*'gpu'/),
    ]);
  });

  test('sees that a file is missing, and fetches again when one was cut short', async ({ at }) => {
    const { cc, framework } = await at.find();
    renameSync(framework, `${framework}.away`);
    await expect(at.find({ fetch: false })).rejects.toEqual(problem('not-cached', /doctor --fetch/));
    renameSync(`${framework}.away`, framework);
    truncateSync(cc, 1000);
    expect(await at.find()).toMatchObject({ source: 'fetched' });
    expect(statSync(cc).size).toBe(200_000);
    expect(at.left()).toEqual([CPU]);
  });
});

describe.concurrent('a library that is damaged', () => {
  const CC = 'tensorflow/libtensorflow_cc.so.2';
  const parsed = (record: string) => JSON.parse(readFileSync(record, 'utf8')) as Record<string, { changed: number }>;
  const flip = (path: string): void => {
    const bytes = readFileSync(path);
    bytes[100_000]! ^= 1;
    writeFileSync(path, bytes);
  };

  test('by one bit is named, and fetched again by who may', async ({ at }) => {
    const { cc, framework } = await at.find();
    expect(await damagedFiles(join(at.root, CPU), 'all')).toEqual([]);
    flip(cc);
    expect(await damagedFiles(join(at.root, CPU), 'all')).toEqual([CC]);
    await expect(at.find({ fetch: false })).rejects.toEqual(
      problem(
        'damaged',
        /libtensorflow_cc.so.2 is damaged: not what was unpacked\. Fetch the library again .*doctor --fetch/,
      ),
    );
    const progress = recorder();
    expect(await at.find({ progress })).toMatchObject({ source: 'fetched' });
    expect(progress.said[0]).toMatch(
      /libtensorflow_cc.so.2 is damaged: not what was unpacked\. It is fetched again\.$/,
    );
    expect(readFileSync(cc).equals(fakeLibrary(200_000, 1))).toBe(true);

    // As it was, but touched: it is read once, and then known again.
    const record = join(at.root, CPU, 'sha256.json');
    const before = readFileSync(record, 'utf8');
    utimesSync(framework, 1, 1);
    expect(await at.find({ fetch: false })).toMatchObject({ source: 'cache' });
    expect(readFileSync(record, 'utf8')).not.toBe(before);
    expect(parsed(record)).toMatchObject({
      'tensorflow/libtensorflow_framework.so.2': { changed: 1000 },
    });

    // Where the disk itself lost the bit, the doctor sees it, who reads all files.
    flip(cc);
    const text = JSON.stringify({ ...parsed(record), [CC]: { ...parsed(record)[CC], changed: statSync(cc).mtimeMs } });
    writeFileSync(record, text);
    expect(await at.find({ fetch: false })).toMatchObject({ source: 'cache' });
    expect(await damagedFiles(join(at.root, CPU), 'all')).toEqual([CC]);

    // Of an older version, or put there by hand, there is nothing that it could be held against.
    for (const other of ['', '[1]', '{"a": 1}']) {
      writeFileSync(record, other);
      expect(await damagedFiles(join(at.root, CPU), 'all')).toBeUndefined();
      expect(await at.find({ fetch: false })).toMatchObject({ source: 'cache' });
    }
  });
});

describe.concurrent('several processes at once', () => {
  test('fetch it once, and all end well', async ({ at }) => {
    const ended = await Promise.all([at.inAProcess('cpu'), at.inAProcess('cpu')]);
    for (const { code, out } of ended) {
      expect(code).toBe(0);
      expect(JSON.parse(out)).toMatchObject({ directory: join(at.root, CPU, 'tensorflow') });
    }
    expect(
      ended
        .map(({ err }) => err)
        .join('')
        .match(/^Fetching tensorflow-cpu$/gm),
    ).toHaveLength(1);
    expect(at.left()).toEqual([CPU]);
  });
});

test('a fetch that is killed while it unpacks leaves nothing that looks finished, and the next one mends it', async ({
  at,
}) => {
  await expectMended(at, 'mid:Unpacking tensorflow-cpu');
});

describe.concurrent('a fetch that is asked to end', () => {
  test('ends by that signal, and takes pip with it', async ({ at }) => {
    const python = join(at.cache, 'slow-pip');
    const started = join(at.cache, 'pid');
    writeFileSync(python, `#!/bin/sh\necho $$ > ${started}.new; mv ${started}.new ${started}; exec sleep 300\n`, {
      mode: 0o755,
    });
    const child = at.start('cpu', '', { ...at.env(), SPATIAL_ENSEMBLE_PYTHON: python });
    const ended = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
    await expect.poll(() => existsSync(started), { timeout: 20_000 }).toBe(true);
    const pip = Number(readFileSync(started, 'utf8'));
    child.kill('SIGTERM');
    expect(await ended).toBe('SIGTERM');
    await expect.poll(() => isRunning(pip), { timeout: 10_000 }).toBe(false);
  });
});

describe.concurrent('what can go wrong says what to do', () => {
  const BY_HAND = /SPATIAL_ENSEMBLE_TENSORFLOW/;

  test('no Python', async ({ at }) => {
    const env = { ...at.env(), PATH: '/nonexistent' };
    await expect(at.find({ env })).rejects.toEqual(
      problem('no-python', /no python3.*apt-get install python3-pip.*SPATIAL_ENSEMBLE_PYTHON/s),
    );
    await expect(at.find({ env })).rejects.toThrow(BY_HAND);
  });

  test('no pip', async ({ at }) => {
    // A Python that is told to look for modules nowhere but in its own standard library.
    const python = join(at.cache, 'python-without-pip');
    writeFileSync(python, '#!/bin/sh\nexec python3 -I -S "$@"\n', { mode: 0o755 });
    await expect(at.find({ env: { ...at.env(), SPATIAL_ENSEMBLE_PYTHON: python } })).rejects.toEqual(
      problem('no-pip', /apt-get install python3-pip/),
    );
  });

  test('a pip.py in the current folder is not run', async ({ at }) => {
    const evil = join(at.cache, 'evil');
    mkdirSync(evil);
    for (const name of ['pip', 'runpy', 'argparse'])
      writeFileSync(join(evil, `${name}.py`), `open(${JSON.stringify(join(evil, 'ran'))}, 'w')\n`);
    const python = join(at.cache, 'python-in-a-folder');
    writeFileSync(python, `#!/bin/sh\ncd ${evil}\nexec python3 "$@"\n`, { mode: 0o755 });
    expect(await at.find({ env: { ...at.env(), SPATIAL_ENSEMBLE_PYTHON: python } })).toMatchObject({
      source: 'fetched',
    });
    expect(existsSync(join(evil, 'ran'))).toBe(false);
  });

  test('nothing of that name in the index', async ({ at }) => {
    const empty = join(at.cache, 'empty');
    mkdirSync(empty);
    await expect(at.find({ env: offline(empty, at.cache) })).rejects.toEqual(
      problem('not-in-index', /PIP_INDEX_URL.*SPATIAL_ENSEMBLE_TENSORFLOW.*said:/s),
    );
    expect(at.left()).toEqual([]);
  });

  test('no network', async ({ at }) => {
    const { PIP_NO_INDEX: _, PIP_FIND_LINKS: __, ...env } = at.env();
    // Port 9 of this machine: nobody listens there.
    const unreachable = { ...env, PIP_INDEX_URL: 'http://127.0.0.1:9/simple', PIP_RETRIES: '1', NO_PROXY: '*' };
    await expect(at.find({ env: unreachable })).rejects.toEqual(
      problem('no-network', /cannot be reached.*mirror or proxy/),
    );
  });

  test('another file under the same name', async ({ at }) => {
    const [wheel] = at.builds['linux-x64-cpu']!;
    const wrong = { 'linux-x64-cpu': [{ ...wheel!, sha256: '0'.repeat(64) }] };
    await expect(at.find({ builds: wrong })).rejects.toEqual(
      problem('hash-mismatch', /not what this version of the project expects.*Try again/),
    );
    expect(at.left()).toEqual([]);
  });

  test('another file, and a pip that does not look', async ({ at }) => {
    const [wheel] = at.builds['linux-x64-cpu']!;
    const python = join(at.cache, 'careless-pip');
    writeFileSync(
      python,
      `#!/bin/sh\nfor last; do case "$previous" in --dest) mkdir -p "$last"; cp ${wheelPath(at.wheels, 'tensorflow')} "$last";; esac; previous=$last; done\n`,
      { mode: 0o755 },
    );
    const env = { ...at.env(), SPATIAL_ENSEMBLE_PYTHON: python };
    await expect(at.find({ env, builds: { 'linux-x64-cpu': [wheel!] } })).rejects.toEqual(
      problem('hash-mismatch', /its SHA-256 is wrong/),
    );
    expect(at.left()).toEqual([]);
  });

  test('a damaged wheel', async ({ at }) => {
    const directory = mkdtempSync(join(tmpdir(), 'damaged-'));
    const wheel = { name: 'tensorflow-cpu', files: { 'tensorflow/libtensorflow_cc.so.2': fakeLibrary(100_000, 9) } };
    makeWheels(directory, [wheel]);
    const path = wheelPath(directory, wheel.name);
    const bytes = readFileSync(path);
    bytes[20_000]! ^= 1;
    writeFileSync(path, bytes);
    const damaged = { 'linux-x64-cpu': [pinned(directory, wheel)] };
    await expect(at.find({ builds: damaged, env: offline(directory, at.cache) })).rejects.toEqual(
      problem('corrupt-wheel', /wrong checksum/),
    );
    expect(at.left()).toEqual([]);
    rmSync(directory, { recursive: true });
  });

  test('too little disk: before anything is fetched', async ({ at }) => {
    const progress = recorder();
    const failure = at.find({ progress, freeBytes: () => Promise.resolve(100_000) });
    await expect(failure).rejects.toEqual(
      problem('disk-space', /needs \d+ kB in .*where 100 kB are free\. Free \d+ kB.*SPATIAL_ENSEMBLE_CACHE/),
    );
    expect(progress.said).toEqual([]);
    expect(at.left()).toEqual([]);
  });

  test('a cache that cannot be written', async ({ at }) => {
    const file = join(at.cache, 'a-file');
    writeFileSync(file, '');
    await expect(at.find({ env: offline(at.wheels, file) })).rejects.toEqual(
      problem('unwritable-cache', /cannot be written \(ENOTDIR\).*SPATIAL_ENSEMBLE_CACHE/),
    );
  });

  test('a platform without a build, and one without a CUDA build', async ({ at }) => {
    await expect(at.find({ host: { ...LINUX, os: 'win32' } })).rejects.toEqual(problem('unsupported-platform', /WSL/));
    await expect(at.find({ host: { ...LINUX, arch: 'arm64' }, device: 'gpu' })).rejects.toEqual(
      problem('no-cuda-build', /linux-arm64.*device 'cpu'/),
    );
  });
});
