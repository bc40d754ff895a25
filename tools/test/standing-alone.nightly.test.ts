import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBrowser } from '../../packages/report/test/html/browser.ts';
import { installed, lockOf, type Project, tarballs } from './installed/project.ts';

type Browser = Exclude<Awaited<ReturnType<typeof startBrowser>>, string>;

// Four packages by themselves, installed by npm from their tarballs into an empty project outside the repository.

const ROOT = resolve(import.meta.dirname, '../..');
const PROGRAMS = join(import.meta.dirname, 'installed');
const ALONE = ['random', 'smoothing', 'augment', 'files', 'datasets'];

// Beside the newest TensorFlow.js and the oldest that `smoothing` promises to run beside.
describe.each([
  { scripts: true, tfjs: '4.22.0' },
  { scripts: false, tfjs: '4.0.0' },
])('with install scripts: $scripts, TensorFlow.js $tfjs', ({ scripts, tfjs }) => {
  let project: Project;
  beforeAll(() => {
    project = installed(ALONE, [`@tensorflow/tfjs@${tfjs}`], scripts);
    for (const name of ['smoothed.mjs', 'augmented.mjs']) cpSync(join(PROGRAMS, name), join(project.folder, name));
  }, 600_000);
  afterAll(() => project?.remove());

  test('nothing was compiled, and there is one TensorFlow.js', () => {
    const scripted = Object.entries(lockOf(project)).filter(([, { hasInstallScript }]) => hasInstallScript === true);
    // core-js prints a line, sharp and esbuild look for their prebuilt binaries.
    expect(scripted.map(([path]) => path).filter((path) => !/\/(core-js|sharp|esbuild)$/.test(path))).toEqual([]);
    const cores = Object.keys(lockOf(project)).filter((path) => path.endsWith('/@tensorflow/tfjs-core'));
    expect(cores).toEqual(['node_modules/@tensorflow/tfjs-core']);
    expect(existsSync(join(project.folder, 'node_modules/@spatial-ensemble/engine'))).toBe(false);
  });

  test('a LayersModel’s teacher in Node.js, as by hand', () => {
    const { tma, sts, backend } = inNode(project);
    expect(backend).toBe('cpu');
    const { firstOf } = byHand(project);
    for (const [name, { student, teacher }] of Object.entries(firstOf)) {
      // Three updates at momentum 0.9 leave 0.9³ of the teacher.
      tma[name]!.forEach((value, i) => expect(value).toBeCloseTo(0.729 * teacher[i]! + 0.271 * student[i]!, 5));
      // Of STS an output of a layer has moved so often as its draws say: 0 to 3 times.
      sts[name]!.forEach((value, i) => {
        const times = [0, 1, 2, 3].map((n) => 0.9 ** n * teacher[i]! + (1 - 0.9 ** n) * student[i]!);
        expect(Math.min(...times.map((one) => Math.abs(one - value)))).toBeLessThan(1e-5);
      });
    }
    // One draw for each output of a layer, whatever its variable.
    expect(sts['dense/kernel']).not.toEqual(tma['dense/kernel']);
  });

  test('views of photographs are those that the sources make', async () => {
    const photographs = join(project.folder, 'photographs');
    await writePhotographs(photographs);
    const env = { ...process.env, SPATIAL_ENSEMBLE_FOLDER: photographs };
    const run = (folder: string, ...options: string[]): unknown =>
      JSON.parse(
        execFileSync(process.execPath, [...options, 'augmented.mjs'], {
          cwd: folder,
          env: { ...env, NODE_OPTIONS: '' },
          encoding: 'utf8',
        }),
      );
    const outside = run(project.folder) as { readonly classes: unknown; readonly batches: readonly unknown[] };
    expect(outside.classes).toEqual(['dark', 'light']);
    expect(new Set(outside.batches.map((batch) => JSON.stringify(batch))).size).toBe(3);
    expect(outside).toEqual(run(PROGRAMS, '--import', 'tsx', '--conditions=@spatial-ensemble/source'));
  });
});

describe('in a browser', () => {
  let project: Project;
  let browser: Browser;
  beforeAll(async () => {
    project = installed(['random', 'smoothing'], ['@tensorflow/tfjs@4.22.0'], false);
    cpSync(join(PROGRAMS, 'smoothed.mjs'), join(project.folder, 'smoothed.mjs'));
    const started = await startBrowser();
    if (typeof started === 'string') throw new Error(started);
    browser = started;
  }, 600_000);
  afterAll(async () => {
    await browser?.close();
    project?.remove();
  });

  /** The program as a page has it. */
  const bundled = (): string =>
    buildSync({
      stdin: { contents: `export { smoothed } from './smoothed.mjs';`, resolveDir: project.folder },
      bundle: true,
      format: 'iife',
      globalName: 'program',
      write: false,
      logLevel: 'silent',
    }).outputFiles[0]!.text;

  test('a LayersModel’s teacher has the numbers that it has in Node.js', async () => {
    const page = await browser.newPage();
    await page.addScriptTag({ content: bundled() });
    const at = (backend: string): Promise<Smoothed> =>
      page.evaluate(`program.smoothed(${JSON.stringify(backend)})`) as Promise<Smoothed>;
    const expected = inNode(project);
    expect(await at('cpu')).toEqual(expected);

    // A page's own choice, which computes on whatever draws there.
    const { backend, ...kinds } = await at('webgl');
    expect(backend).toBe('webgl');
    for (const kind of ['tma', 'sts'] as const)
      for (const [name, values] of Object.entries(kinds[kind]))
        if (name !== 'predicts') values.forEach((value, i) => expect(value).toBeCloseTo(expected[kind][name]![i]!, 5));
    await page.close();
  }, 300_000);
});

/** What a README says of its size, in bytes. */
const said = (readme: string): { readonly packed: number; readonly installed: number; readonly bundled?: number } => {
  const bytes = (text: string | undefined): number => Number(/[\d.]+/.exec(text!)![0]) * (/MB/.test(text!) ? 1e6 : 1e3);
  const [, packed, unpacked] = /([\d.]+ [kM]B) packed, ([\d.]+ [kM]B) installed/.exec(readme) ?? [];
  const [, small] = /([\d.]+ kB) minified and gzipped/.exec(readme) ?? [];
  return { packed: bytes(packed), installed: bytes(unpacked), ...(small !== undefined && { bundled: bytes(small) }) };
};

test.each([...ALONE, 'engine'])(
  'the README of %s states its size',
  (name) => {
    const { size, unpackedSize } = tarballs().find((one) => one.name === `@spatial-ensemble/${name}`)!;
    const stated = said(readFileSync(join(ROOT, 'packages', name, 'README.md'), 'utf8'));
    expect(Math.abs(stated.packed / size - 1)).toBeLessThan(0.1);
    expect(Math.abs(stated.installed / unpackedSize - 1)).toBeLessThan(0.1);
    if (!['random', 'smoothing'].includes(name)) return;
    const { outputFiles } = buildSync({
      entryPoints: [join(ROOT, 'packages', name, 'src/index.ts')],
      bundle: true,
      minify: true,
      format: 'esm',
      external: ['@tensorflow/*'],
      write: false,
    });
    expect(Math.abs(stated.bundled! / gzipSync(outputFiles[0]!.contents).length - 1)).toBeLessThan(0.1);
  },
  300_000,
);

interface Smoothed {
  readonly backend: string;
  readonly tma: Readonly<Record<string, readonly number[]>>;
  readonly sts: Readonly<Record<string, readonly number[]>>;
}

const PRINT = "import { smoothed } from './smoothed.mjs'; console.log(JSON.stringify(await smoothed('cpu')));";

function inNode(project: Project): Smoothed {
  return project.said('--input-type=module', '--eval', PRINT) as Smoothed;
}

/** The weights before the first update, drawn here. */
function byHand(project: Project): {
  readonly firstOf: Readonly<
    Record<string, { readonly student: readonly number[]; readonly teacher: readonly number[] }>
  >;
} {
  // In the order of the model's own list, trainable ones in front.
  const sizes = { 'conv/kernel': 36, 'conv/bias': 4, 'norm/gamma': 4, 'norm/beta': 4, 'dense/kernel': 432, 'dense/bias': 3 }; // prettier-ignore
  const code = `import { key, uniform } from '@spatial-ensemble/random';
const of = (name) => ${JSON.stringify(Object.values(sizes))}.map((size, i) => [...uniform(key(name).fold(i), size)]);
console.log(JSON.stringify([of('student'), of('teacher')]));`;
  const [student, teacher] = project.said('--input-type=module', '--eval', code) as [number[][], number[][]];
  return {
    firstOf: Object.fromEntries(
      Object.keys(sizes).map((name, i) => [name, { student: student[i]!, teacher: teacher[i]! }]),
    ),
  };
}

/** Four photographs of two classes, of a sky that grows lighter, in the formats that cameras and phones write. */
async function writePhotographs(folder: string): Promise<void> {
  const width = 320;
  const height = 240;
  for (const [name, base] of [
    ['dark', 20],
    ['light', 140],
  ] as const) {
    mkdirSync(join(folder, name), { recursive: true });
    for (const [i, format] of (['jpeg', 'png', 'webp', 'jpeg'] as const).entries()) {
      const pixels = Uint8Array.from({ length: width * height * 3 }, (_, at) => {
        const [x, y, channel] = [Math.floor(at / 3) % width, Math.floor(at / 3 / width), at % 3];
        const hill = y > 150 + 40 * Math.cos((x + 50 * i) / 30);
        return hill ? 30 + 15 * channel : base + Math.floor((y * 100) / height) + (channel === 2 ? 15 : 0);
      });
      await sharp(pixels, { raw: { width, height, channels: 3 } })
        .toFormat(format)
        .toFile(join(folder, name, `${i}.${format === 'jpeg' ? 'jpg' : format}`));
    }
  }
}
