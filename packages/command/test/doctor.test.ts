import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findLibrary } from '@spatial-ensemble/engine';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { dataCheck } from '../src/doctor/data-check.ts';
import { runProgram } from '../src/program/program.ts';

const PROGRAM = fileURLToPath(new URL('../bin/spatial-ensemble.js', import.meta.url));
const tensorflow = await findLibrary({ fetch: false }).catch(() => undefined);
let empty: string;

beforeEach(() => void (empty = mkdtempSync(join(tmpdir(), 'doctor-'))));
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(empty, { recursive: true });
});

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** In a process of its own, where a library is loaded. */
function started(words: readonly string[], env: Record<string, string>): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [PROGRAM, 'doctor', ...words],
      { encoding: 'utf8', env: { ...process.env, ...env } },
      (error, out, err) => resolve({ code: error === null ? 0 : (error.code as number), out, err }),
    );
  });
}

/** In this one. */
async function asked(words: readonly string[], env: Record<string, string>): Promise<Ended> {
  for (const [name, value] of Object.entries({ SPATIAL_ENSEMBLE_TENSORFLOW: undefined, ...env }))
    vi.stubEnv(name, value);
  const [out, err]: [string[], string[]] = [[], []];
  const code = await runProgram(['doctor', ...words], {
    runs: join(empty, 'runs'),
    print: (text) => out.push(text),
    log: (line) => err.push(line),
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

describe('spatial-ensemble doctor', () => {
  test('without a library ends with 1 and names the command that fetches it', async () => {
    const { code, out } = await asked([], { SPATIAL_ENSEMBLE_CACHE: empty });
    expect(code).toBe(1);
    expect(out).toMatch(/^Library +not found$/m);
    expect(out).toContain('→ npx spatial-ensemble doctor --fetch');
    expect(out).toMatch(/^Data +CIFAR-10: .*SPATIAL_ENSEMBLE_CIFAR10=/m);
  });

  test('lists own images by what lies in their folder', async () => {
    for (const name of ['train/a', 'train/b', 'val/a', 'unlabelled']) mkdirSync(join(empty, name), { recursive: true });
    const env = { SPATIAL_ENSEMBLE_CACHE: empty, SPATIAL_ENSEMBLE_FOLDER: empty, SPATIAL_ENSEMBLE_MANIFEST: '' };
    const here = await asked([], env);
    expect(here.out).toContain(`Own images in folders: ${empty} (train of 2 classes, val of 1 class, unlabelled)`);
    expect(here.out).toContain('by a manifest: none are named (SPATIAL_ENSEMBLE_MANIFEST=/path, a table of paths');
    const gone = await asked([], { ...env, SPATIAL_ENSEMBLE_FOLDER: join(empty, 'gone') });
    expect(gone.out).toContain(`not here (there is no ${join(empty, 'gone')}, which SPATIAL_ENSEMBLE_FOLDER names)`);
    const flat = await asked([], { ...env, SPATIAL_ENSEMBLE_FOLDER: join(empty, 'train') });
    expect(flat.out).toContain(`${join(empty, 'train')} (images of 2 classes)`);
  });

  test('reads every image of a folder, and ends with 1 where one is damaged', async () => {
    const image = await sharp({ create: { width: 20, height: 30, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    for (const name of ['train/a', 'train/b', 'val/a']) mkdirSync(join(empty, name), { recursive: true });
    for (const path of ['train/a/1.png', 'train/b/2.png', 'val/a/3.jpg']) writeFileSync(join(empty, path), image);
    const words = ['--data-check', empty];
    const counted: number[][] = [];
    await dataCheck(empty, {}, (...counts) => counted.push(counts));
    expect(counted.at(-1)).toEqual([3, 3]);
    const { code, out } = await asked(words, {});
    expect(code).toBe(0);
    expect(out.split('\n')).toEqual([
      `${empty}: 3 images (train, val)`,
      'Damaged, or of a kind that is not read: 0',
      'Named as another kind of file, and read as what they are: 1',
      '  val/a/3.jpg: it is a PNG file, and its name says JPEG',
      'Tiny, a side below 16 pixels: 0',
      'The same pixels in several parts: 1',
      '  train/a/1.png = train/b/2.png = val/a/3.jpg',
      'The same pixels in two classes of a part: 0',
      'The same pixels repeated in a class: 0',
    ]);
    writeFileSync(join(empty, 'train/a/cut.png'), image.subarray(0, 60));
    const damaged = await asked([...words, '--json'], {});
    expect(damaged.code).toBe(1);
    expect(JSON.parse(damaged.out)).toMatchObject({ images: 4, damaged: [{ path: 'train/a/cut.png' }] });
    expect(await asked(['--data-check', join(empty, 'gone')], {})).toMatchObject({ code: 1, out: '' });
    expect((await asked(['--path-column', 'x'], {})).err).toContain('columns are those of a manifest');
  });

  test('survives a library that cannot be loaded', async () => {
    // The beginning of a library of this very machine, and nothing after it.
    const header = { x64: 62, arm64: 183 }[process.arch as string] ?? 0;
    const bytes = Buffer.alloc(64);
    bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
    bytes.writeUInt16LE(header, 18);
    if (process.platform === 'darwin') bytes.set(Buffer.from('cffaedfe0c000001', 'hex'));
    for (const name of ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'])
      writeFileSync(join(empty, name), bytes);
    const { code, out } = await started(['--json'], { SPATIAL_ENSEMBLE_TENSORFLOW: empty });
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      library: { directory: empty, source: 'environment' },
      tensorflow: { error: expect.stringContaining('libtensorflow_framework.so.2') as string },
      findings: [{ level: 'error', mend: expect.stringContaining('unset SPATIAL_ENSEMBLE_TENSORFLOW') as string }],
    });
  });

  test('refuses an option that it does not know', async () => {
    const { code, err } = await asked(['--fetsh'], {});
    expect(code).toBe(1);
    expect(err).toMatch(/unknown option '--fetsh'[^]*--fetch/);
    expect(await asked(['--from', 'x'], {})).toEqual({
      code: 1,
      out: '',
      err: '--from says where --data fetches from',
    });
    const unknown = await asked(['--data', 'cifar11'], {});
    expect(unknown).toMatchObject({ code: 1, out: '' });
    expect(unknown.err).toMatch(/no archive of cifar11 that can be fetched: .*cifar10/);
  });

  test.skipIf(tensorflow === undefined)(
    'with a library loads it and lacks nothing (skipped where none is cached)',
    async () => {
      const { code, out } = await started(['--json'], { SPATIAL_ENSEMBLE_TENSORFLOW: tensorflow!.directory });
      expect(JSON.parse(out)).toMatchObject({ tensorflow: { version: '2.21.0', devices: [{ type: 'CPU' }] } });
      expect(JSON.parse(out)).not.toHaveProperty('tensorflow.error');
      expect(code).toBe(0);
    },
  );
});
