import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { thisProcessor } from '@spatial-ensemble/engine';
import { writeFinal } from '@spatial-ensemble/files';
import { named, whyNot } from '../processors/settings.ts';
import { askedOf, type How } from './asked.ts';
import { EFFICIENCY, efficiency, efficiencyText, type Efficiency } from './efficiency.ts';
import { pytorchEnvironment } from './environment.ts';
import { compareLoading, LOADINGS } from './loading.ts';
import { profileOf, profileTable } from './profile.ts';
import { beside, compared, peakArithmetic, type PyTorch } from './pytorch.ts';
import { aimsText, appetiteText, rowText, type Row } from './row.ts';
import { endingAll, typeScriptSide, type Side } from './side.ts';
import { compareStart, STARTS } from './start.ts';
import { FITS, workloadsOf, type Precision, type Workload } from './workloads.ts';

interface Options extends How {
  readonly json?: string;
  readonly rounds: number;
  readonly only: string;
  readonly profile?: true;
  readonly isa?: 'avx2';
  readonly smoke?: true;
}

function options(): Options {
  const rounds = (text: string): number => {
    const count = Number(text);
    if (Number.isInteger(count) && count > 0) return count;
    throw new InvalidArgumentError('it is a whole number from 1 up');
  };
  return new Command('bench')
    .description(
      'Times the engine and PyTorch at its best (eager, channels_last, torch.compile) side by side, in one run, and model.fit compiled beside model.fit as it is. A ratio below 1 means that the engine, or the compiled model, is faster.',
    )
    .option('--json <file>', 'write the rows to a file')
    .option('--rounds <n>', 'turns of each side', rounds, 6)
    .option('--only <text>', 'run the workloads whose name contains this', '')
    .option('--profile', 'say where the time of a step of the engine goes, without PyTorch')
    .addOption(new Option('--device <name>', 'where steps run').choices(['cpu', 'gpu']).default('cpu'))
    .option('--no-deterministic', 'on a GPU: our side takes any kernel, deterministic or not')
    .option('--xla', 'our side is compiled with XLA')
    .addOption(new Option('--isa <name>', 'cap both sides at an instruction set').choices(['avx2']))
    .option('--smoke', 'the least sizes, on the processor: whether everything runs, and nothing of speed')
    .showHelpAfterError()
    .parse()
    .opts<Options & { readonly xla?: true }>();
}

/** Both sides inherit it. MKL is PyTorch's alone; Eigen's kernels, TensorFlow's and PyTorch's own code know no other cap. */
const CAPPED = { ATEN_CPU_CAPABILITY: 'avx2', MKL_ENABLE_INSTRUCTIONS: 'AVX2' };

/** Caps this process and those that it starts. @returns what is said of the processor */
function processor(isa: Options['isa']): string {
  const own = thisProcessor();
  if (isa === undefined) return `${own.model}, ${own.instructionSet}`;
  const [setting] = named([isa]);
  const missing = whyNot(setting!, own);
  if (missing !== undefined) throw new Error(`--isa ${isa}: ${missing}`);
  const variables = { ...setting!.environment, ...CAPPED };
  Object.assign(process.env, variables);
  const said = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  return `${own.model}, ${own.instructionSet}, CAPPED AT AVX2 on both sides: ${said.join(' ')}`;
}

/** Whether the CPU has bfloat16 instructions; without them bf16 is emulated and says nothing. */
function hasBfloat16(): boolean {
  return existsSync('/proc/cpuinfo') && /\b(avx512_bf16|amx_bf16)\b/.test(readFileSync('/proc/cpuinfo', 'utf8'));
}

/** Why a workload says nothing here; undefined where it is run. */
function leftOut({ precision, mode }: Workload, { device, isa, xla }: Options): string | undefined {
  if (xla && precision === 'bfloat16') return 'XLA or bfloat16, not both';
  if (xla && mode === 'uncompiled') return 'nothing is compiled, with XLA or without';
  if (precision !== 'bfloat16' || device === 'gpu') return undefined;
  if (isa !== undefined) return 'AVX2 has no bfloat16 instructions';
  return hasBfloat16() ? undefined : 'this CPU has no bfloat16 instructions';
}

function oursSide(workload: Workload, how: How): Side {
  return typeScriptSide(`the engine (${workload.name})`, 'ours.ts', JSON.stringify(askedOf(workload, how)));
}

async function profileEach(workloads: readonly Workload[], how: How): Promise<void> {
  const rows: (readonly string[])[] = [];
  for (const workload of workloads) {
    const side = oursSide(workload, how);
    await endingAll([side], async () => {
      await side.ready();
      rows.push(await profileOf(workload.name, side));
    });
  }
  console.log(profileTable(rows));
}

/** A batch of `model.fit` through `compileModel` beside one of TensorFlow.js' own, both on the engine. */
async function compareFit({ name, model }: (typeof FITS)[number], rounds: number): Promise<Row> {
  const [compiled, plain] = ['compiled', 'plain'].map((mode) =>
    typeScriptSide(`model.fit (${mode})`, 'fit/ours.ts', model, mode),
  ) as [Side, Side];
  return endingAll([compiled, plain], async () => {
    await Promise.all([compiled.ready(), plain.ready()]);
    return compared({ name }, compiled, { 'model.fit as it is': plain }, { rounds, steps: 2 });
  });
}

/** What was asked for, of each kind. */
interface Wanted {
  readonly steps: readonly Workload[];
  readonly starts: readonly (typeof STARTS)[number][];
  readonly loadings: readonly (typeof LOADINGS)[number][];
}

async function compareWithPyTorch(
  { steps, starts, loadings }: Wanted,
  asked: Options,
  pytorch: PyTorch,
  add: (row: Row) => void,
): Promise<void> {
  const { rounds } = asked;
  const peaks = new Map<Precision, number>();
  const done = new Map<string, Row>();
  for (const workload of steps) {
    const why = leftOut(workload, asked);
    if (why !== undefined) {
      console.log(`${workload.name}: not run: ${why}`);
      continue;
    }
    const { name, precision, size, gflop } = workload;
    if (gflop !== undefined && !peaks.has(precision)) {
      peaks.set(precision, await peakArithmetic(pytorch, precision));
      console.log(`peak arithmetic, ${precision} matrix product: ${peaks.get(precision)!.toFixed(0)} GFLOP/s`);
    }
    const peak = peaks.get(precision);
    const turns = { rounds, steps: workload.steps, ...(peak !== undefined && { peak }) };
    const their = { workload: workload.pytorch, precision, ...size };
    const row = await beside(workload, oursSide(workload, asked), pytorch, their, turns);
    done.set(name, row);
    add(row);
  }
  for (const start of starts) add(await compareStart(start, asked, pytorch, rounds));
  for (const loading of loadings) {
    const row = await compareLoading(loading, pytorch.python, rounds);
    add(row);
    console.log(
      appetiteText(row, done.get(loading.eater)) ?? `  (run ${loading.eater} too for the cores that it needs)`,
    );
  }
}

async function main(): Promise<void> {
  const given = options();
  // What is tried at the least sizes is tried on the processor.
  const asked: Options = { ...given, xla: given.xla ?? false, device: given.smoke === true ? 'cpu' : given.device };
  const of = <T extends { readonly name: string }>(all: readonly T[]): readonly T[] =>
    all.filter(({ name }) => name.includes(asked.only));
  const workloads = workloadsOf({
    device: given.device,
    smoke: given.smoke === true,
    ...(given.isa && { isa: given.isa }),
  });
  const onlySteps = given.device === 'gpu' || given.smoke === true;
  const wanted: Wanted = { steps: of(workloads), starts: onlySteps ? [] : of(STARTS), loadings: onlySteps ? [] : of(LOADINGS) }; // prettier-ignore
  const fits = onlySteps ? [] : of(FITS);
  const together = !onlySteps && EFFICIENCY.includes(asked.only);
  const needsPyTorch = Object.values(wanted).some((all) => all.length > 0);
  if (!needsPyTorch && !together && fits.length === 0) {
    const names = [...workloads, ...(onlySteps ? [] : [...STARTS, ...LOADINGS, ...FITS])].map(({ name }) => name);
    throw new Error(`no workload's name contains ${JSON.stringify(asked.only)}; there are: ${[...names, EFFICIENCY].join(', ')}`); // prettier-ignore
  }
  console.log(processor(asked.isa));
  if (asked.profile === true) {
    const compiled = wanted.steps.filter(
      (one) => one.mode === 'compiled' && one.ours !== 'copy' && one.ours !== 'draw',
    );
    return profileEach(compiled.filter((one) => leftOut(one, asked) === undefined), asked); // prettier-ignore
  }
  const rows: (Row | Efficiency)[] = [];
  const compares: Row[] = [];
  const add = (row: Row): void => {
    rows.push(row);
    compares.push(row);
    console.log(rowText(row));
  };
  for (const fit of fits) add(await compareFit(fit, asked.rounds));
  if (needsPyTorch) {
    const environment = pytorchEnvironment((line) => console.error(line));
    // torch.compile keeps what it made: here, for this run alone, where nothing is left of one that was ended half way.
    const made = mkdtempSync(join(tmpdir(), 'spatial-ensemble-inductor-'));
    process.env['TORCHINDUCTOR_CACHE_DIR'] = made;
    try {
      await compareWithPyTorch(wanted, asked, { python: environment.python, device: asked.device }, add);
    } finally {
      environment.remove();
      rmSync(made, { recursive: true, force: true });
    }
  }
  if (together) {
    const row = await efficiency((...args) => typeScriptSide('together', 'together.ts', ...args), asked.rounds);
    rows.push(row);
    console.log(efficiencyText(row));
  }
  if (compares.some(({ aim }) => aim !== undefined)) console.log(aimsText(compares));
  if (asked.json !== undefined) await writeFinal(asked.json, `${JSON.stringify(rows, null, 2)}\n`);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
