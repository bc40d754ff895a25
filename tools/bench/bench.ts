import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { writeFinal } from '@spatial-ensemble/files';
import { median, takeTurns, type Comparison } from './compare.ts';
import { EFFICIENCY, efficiency, efficiencyText, type Efficiency } from './efficiency.ts';
import { pytorchEnvironment } from './environment.ts';
import { photographs } from './loading/photographs.ts';
import { profileOf, profileTable } from './profile.ts';
import { Side } from './side.ts';
import { bundled, STARTS, startingAnew } from './start.ts';
import { FITS, WORKLOADS, type Workload } from './workloads.ts';

const LOADING = 'loading JPEG files, two views at 224 px, batch 32, CPU time';

interface Row {
  readonly workload: string;
  /** What it is measured against. */
  readonly against: 'PyTorch' | 'model.fit as it is';
  readonly oursMs: number;
  readonly theirsMs: number;
  /** Median over median. */
  readonly ratio: number;
  readonly oursMinMs: number;
  readonly theirsMinMs: number;
  readonly minRatio: number;
  readonly oursPeakMb: number;
  readonly theirsPeakMb: number;
  /** Share of the cores' peak arithmetic, measured by a matrix product of the same precision in the same run. */
  readonly oursShareOfPeak?: number;
  readonly theirsShareOfPeak?: number;
}

function here(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

function oursSide(workload: Workload): Side {
  return typeScriptSide(`the engine (${workload.name})`, 'ours.ts', workload.ours, workload.mode, workload.precision);
}

function typeScriptSide(name: string, file: string, ...args: readonly string[]): Side {
  const options = ['--import', 'tsx', '--conditions=@spatial-ensemble/source'];
  return new Side(name, process.execPath, [...options, here(file), ...args]);
}

function pytorchSide(python: string, name: string, precision: string): Side {
  return new Side(`PyTorch (${name})`, python, [here('reference.py'), name, precision]);
}

/** Whether the CPU has bfloat16 instructions; without them bf16 is emulated and says nothing. */
function hasBfloat16(): boolean {
  return existsSync('/proc/cpuinfo') && /\b(avx512_bf16|amx_bf16)\b/.test(readFileSync('/proc/cpuinfo', 'utf8'));
}

/** GFLOP/s of a square matrix product. */
async function peakArithmetic(python: string, precision: string): Promise<number> {
  const side = pytorchSide(python, 'peak', precision);
  await side.ready();
  await side.run(2);
  const { ms } = await side.run(6);
  await side.end();
  return (2 * 2048 ** 3) / Math.min(...ms) / 1e6;
}

/** JPEG files to BYOL's two views, against torchvision's DataLoader; CPU time, so that both are per core. */
async function compareLoading(python: string, rounds: number): Promise<Row> {
  const { folder, remove } = await photographs();
  try {
    const ours = typeScriptSide('the loader', 'loading/ours.ts', folder);
    const pytorch = new Side('torchvision', python, [here('loading/reference.py'), folder]);
    await Promise.all([ours.ready(), pytorch.ready()]);
    const times = await takeTurns(ours, pytorch, rounds, 2);
    await Promise.all([ours.end(), pytorch.end()]);
    return toRow({ name: LOADING }, times, undefined);
  } finally {
    await remove();
  }
}

/** Cold processes of both sides; ours is bundled, as the program that trains is. */
async function compareStart(python: string, { name, workload }: (typeof STARTS)[number], rounds: number): Promise<Row> {
  const program = await bundled(here('ours.ts'));
  try {
    const ours = startingAnew(() => new Side(name, process.execPath, [program.path, workload, 'compiled', 'float32']));
    const pytorch = startingAnew(() => pytorchSide(python, workload, 'float32'));
    return toRow({ name }, await takeTurns(ours, pytorch, rounds, 1), undefined);
  } finally {
    program.remove();
  }
}

/** A batch of `model.fit` through `compileModel` beside one of TensorFlow.js' own, both on the engine. */
async function compareFit({ name, model }: (typeof FITS)[number], rounds: number): Promise<Row> {
  const [compiled, plain] = ['compiled', 'plain'].map((mode) =>
    typeScriptSide(`model.fit (${mode})`, 'fit/ours.ts', model, mode),
  ) as [Side, Side];
  await Promise.all([compiled.ready(), plain.ready()]);
  const times = await takeTurns(compiled, plain, rounds, 2);
  await Promise.all([compiled.end(), plain.end()]);
  return toRow({ name }, times, undefined, 'model.fit as it is');
}

function toRow(
  workload: Pick<Workload, 'name' | 'gflop'>,
  times: Comparison,
  peak: number | undefined,
  against: Row['against'] = 'PyTorch',
): Row {
  const [oursMs, theirsMs] = [median(times.ours), median(times.theirs)];
  const [oursMinMs, theirsMinMs] = [Math.min(...times.ours), Math.min(...times.theirs)];
  const share = (ms: number): number | undefined =>
    peak === undefined || workload.gflop === undefined ? undefined : workload.gflop / (ms / 1e3) / peak;
  return {
    workload: workload.name,
    against,
    oursMs,
    theirsMs,
    ratio: oursMs / theirsMs,
    oursMinMs,
    theirsMinMs,
    minRatio: oursMinMs / theirsMinMs,
    oursPeakMb: times.oursPeakMb,
    theirsPeakMb: times.theirsPeakMb,
    ...(share(1) !== undefined && { oursShareOfPeak: share(oursMinMs)!, theirsShareOfPeak: share(theirsMinMs)! }),
  };
}

function print(row: Row): void {
  const number = (value: number, digits: number): string => value.toFixed(digits).padStart(8);
  const share =
    row.oursShareOfPeak === undefined
      ? ''
      : `   of peak ${(row.oursShareOfPeak * 100).toFixed(0)} % / ${(row.theirsShareOfPeak! * 100).toFixed(0)} %`;
  console.log(
    `${row.workload.padEnd(44)} ratio ${number(row.ratio, 2)} (minima ${row.minRatio.toFixed(2)})   median ms ${number(row.oursMs, 1)} / ${number(row.theirsMs, 1)}` +
      `   peak MB ${row.oursPeakMb.toFixed(0)} / ${row.theirsPeakMb.toFixed(0)}${share}`,
  );
}

async function profileEach(workloads: readonly Workload[]): Promise<void> {
  const rows: (readonly string[])[] = [];
  for (const workload of workloads) {
    const side = oursSide(workload);
    await side.ready();
    rows.push(await profileOf(workload.name, side));
    await side.end();
  }
  console.log(profileTable(rows));
}

async function main(): Promise<void> {
  const program = new Command('bench')
    .description(
      'Times the engine and PyTorch side by side, in one run, on the CPU, and model.fit compiled beside model.fit as it is. A ratio below 1 means that the engine, or the compiled model, is faster.',
    )
    .option('--json <file>', 'write the rows to a file')
    .option('--rounds <n>', 'turns of each side', (text) => Number.parseInt(text, 10), 6)
    .option('--only <text>', 'run the workloads whose name contains this')
    .option('--profile', 'say where the time of a step of the engine goes, without PyTorch')
    .showHelpAfterError();
  const options = program.parse().opts<{ json?: string; rounds: number; only?: string; profile?: true }>();
  if (!Number.isInteger(options.rounds) || options.rounds < 1) program.error('--rounds takes a whole number from 1 up');
  const bfloat16 = hasBfloat16();
  const wanted = WORKLOADS.filter((workload) => workload.name.includes(options.only ?? ''));
  const fits = FITS.filter(({ name }) => name.includes(options.only ?? ''));
  const starts = STARTS.filter(({ name }) => name.includes(options.only ?? ''));
  const loading = LOADING.includes(options.only ?? '');
  const together = EFFICIENCY.includes(options.only ?? '');
  const needsPyTorch = wanted.length > 0 || starts.length > 0 || loading;
  if (!needsPyTorch && !together && fits.length === 0)
    program.error(
      `no workload's name contains ${JSON.stringify(options.only)}; there are: ${[...[...WORKLOADS, ...STARTS, ...FITS].map(({ name }) => name), LOADING, EFFICIENCY].join(', ')}`,
    );
  if (options.profile === true)
    return profileEach(
      wanted.filter(({ mode, precision }) => mode === 'compiled' && (bfloat16 || precision !== 'bfloat16')),
    );
  const rows: (Row | Efficiency)[] = [];
  const add = (row: Row): void => {
    rows.push(row);
    print(row);
  };
  for (const fit of fits) add(await compareFit(fit, options.rounds));
  if (needsPyTorch) await compareWithPyTorch({ wanted, starts, loading }, { rounds: options.rounds, bfloat16 }, add);
  if (together) {
    const row = await efficiency((...args) => typeScriptSide('together', 'together.ts', ...args), options.rounds);
    rows.push(row);
    console.log(efficiencyText(row));
  }
  if (options.json !== undefined) await writeFinal(options.json, `${JSON.stringify(rows, null, 2)}\n`);
}

interface Asked {
  readonly wanted: readonly Workload[];
  readonly starts: readonly (typeof STARTS)[number][];
  readonly loading: boolean;
}

async function compareWithPyTorch(
  { wanted, starts, loading }: Asked,
  { rounds, bfloat16 }: { readonly rounds: number; readonly bfloat16: boolean },
  add: (row: Row) => void,
): Promise<void> {
  const environment = pytorchEnvironment((line) => console.error(line));
  try {
    const peaks = new Map<string, number>([['float32', await peakArithmetic(environment.python, 'float32')]]);
    if (bfloat16) peaks.set('bfloat16', await peakArithmetic(environment.python, 'bfloat16'));
    for (const [precision, gflops] of peaks)
      console.log(`peak arithmetic of these cores, ${precision} matrix product: ${gflops.toFixed(0)} GFLOP/s`);
    for (const workload of wanted) {
      if (workload.precision === 'bfloat16' && !bfloat16) {
        console.log(`${workload.name.padEnd(44)} not run: this CPU has no bfloat16 instructions`);
        continue;
      }
      const ours = oursSide(workload);
      const pytorch = pytorchSide(environment.python, workload.pytorch, workload.precision);
      await Promise.all([ours.ready(), pytorch.ready()]);
      const times = await takeTurns(ours, pytorch, rounds, workload.steps);
      await Promise.all([ours.end(), pytorch.end()]);
      add(toRow(workload, times, peaks.get(workload.precision)));
    }
    for (const start of starts) add(await compareStart(environment.python, start, rounds));
    if (loading) add(await compareLoading(environment.python, rounds));
  } finally {
    environment.remove();
  }
}

await main();
