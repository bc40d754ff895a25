import {
  cifar10,
  cifar100,
  fashionMnist,
  folder,
  imageNet,
  manifest,
  stl10,
  svhn,
  type DataSet,
  type SourceStatus,
} from '@spatial-ensemble/datasets';
import { describeInspection, findings, inspect } from '@spatial-ensemble/engine';
import { Command, CommanderError, Option } from 'commander';
import { dataCheck } from './data-check.ts';

/** Those of this repository; `--data` fetches the ones that can be fetched. */
const DATA_SETS: readonly DataSet[] = [fashionMnist, cifar10, cifar100, svhn, stl10, imageNet, folder, manifest];
const FETCHED = DATA_SETS.filter((set) => set.fetch !== undefined).map(({ name }) => name);

/** What a doctor is given in place of a process. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The findings. */
  say(text: string): void;
  /** Errors, and how far a fetch is: where they do not disturb a document. */
  tell(text: string): void;
  /** Shows how many images have been read. */
  counts?(done: number, total: number): void;
}

/**
 * Says what is here of all that experiments need, what is missing, and what mends it.
 *
 * @param argv the options, as `npm run doctor -- --help` lists them
 * @returns the exit code: 1 if nothing could run, nothing was asked for that there is, or an image cannot be read
 */
export async function doctor(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const { env, say, tell } = surroundings;
  const program = new Command('npm run doctor --')
    .description(
      'Says what is here of all that experiments need, what is missing, and what mends it. Ends with 1 if nothing could run.',
    )
    .option('--fetch', "fetch TensorFlow's library if it is missing")
    .option('--gpu', 'look at (or fetch) the CUDA build, for a run on an NVIDIA GPU')
    .addOption(new Option('--data <name>', "fetch a data set's official archive").choices(FETCHED))
    .option('--from <url>', 'another place for --data to fetch it from (http, https or file); the checksum stays')
    .option(
      '--data-check <place>',
      'read every image of a directory or a manifest once, and list what is damaged, misnamed, tiny or there twice',
    )
    .option('--path-column <name>', "the manifest's column of paths, by default path")
    .option('--label-column <name>', 'its column of classes, by default label')
    .option('--split-column <name>', 'its column that tells training images from others, by default none')
    .option('--json', 'print one JSON document instead')
    .exitOverride()
    .configureOutput({ writeOut: (text) => say(text.trimEnd()), writeErr: (text) => tell(text.trimEnd()) });
  try {
    const options = program.parse(argv, { from: 'user' }).opts<Options>();
    if (options.from !== undefined && options.data === undefined)
      program.error('--from says where --data fetches from');
    if (options.data !== undefined) {
      const fetched = await fetchData(options.data, options.from, env, tell).catch((error: Error) =>
        program.error(error.message),
      );
      tell(`Fetched and verified: ${fetched}\n`);
    }
    if (options.dataCheck !== undefined) return await checked(options.dataCheck, options, surroundings, program);
    const column = COLUMNS.find((name) => options[name] !== undefined);
    if (column !== undefined) program.error('columns are those of a manifest, which --data-check names');
    return await examine(options, env, say);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    throw error;
  }
}

interface Options {
  readonly fetch?: boolean;
  readonly gpu?: boolean;
  readonly data?: string;
  readonly from?: string;
  readonly dataCheck?: string;
  readonly pathColumn?: string;
  readonly labelColumn?: string;
  readonly splitColumn?: string;
  readonly json?: boolean;
}

const COLUMNS = ['pathColumn', 'labelColumn', 'splitColumn'] as const;

async function checked(
  place: string,
  { pathColumn: path, labelColumn: label, splitColumn: split, json }: Options,
  { say, counts }: Surroundings,
  program: Command,
): Promise<number> {
  const { ok, text, document } = await dataCheck(place, { path, label, split }, counts).catch((error: Error) =>
    program.error(error.message),
  );
  say(json === true ? JSON.stringify(document, null, 2) : text);
  return ok ? 0 : 1;
}

async function examine(options: Options, env: Surroundings['env'], say: Surroundings['say']): Promise<number> {
  const device = options.gpu === true ? 'gpu' : 'cpu';
  const inspection = await inspect({ device, fetch: options.fetch === true, env });
  const missing = findings(inspection);
  const dataSets = DATA_SETS.flatMap((set) => set.status?.(env) ?? []);
  const lacks = missing.some(({ level }) => level === 'error');

  if (options.json === true) {
    say(JSON.stringify({ ...inspection, dataSets, findings: missing }, null, 2));
  } else {
    const data = dataSets.map((status): [string, string] => ['Data', dataText(status, env)]);
    for (const [label, text] of [...describeInspection(inspection), ...data]) say(`${label.padEnd(11)} ${text}`);
    say('');
    for (const { level, what, mend } of missing) say(`${level === 'error' ? 'Missing' : 'Note'}: ${what}\n  → ${mend}`);
    if (!lacks) say('All that is needed is here.');
  }
  return lacks ? 1 : 0;
}

function dataText(
  { title, directory, detail, variable, names, orElse }: SourceStatus,
  env: Surroundings['env'],
): string {
  if (directory !== undefined) return `${title}: ${directory}${detail === undefined ? '' : ` (${detail})`}`;
  const asked = env[variable];
  if (asked) return `${title}: not here (there is no ${asked}, which ${variable} names)`;
  if (names !== undefined) return `${title}: none are named (${variable}=/path, ${names})`;
  return `${title}: not here (name its directory: ${variable}=/path${orElse === undefined ? '' : `, or ${orElse}`})`;
}

/** @returns where it lies */
async function fetchData(
  name: string,
  from: string | undefined,
  env: Surroundings['env'],
  tell: Surroundings['tell'],
): Promise<string | undefined> {
  let told = -1;
  const progress = (bytes: number, total: number | undefined): void => {
    const tens = total === undefined ? Math.floor(bytes / 2e7) : Math.floor((10 * bytes) / total);
    if (tens === told) return;
    told = tens;
    tell(`${(bytes / 1e6).toFixed(0)} MB${total === undefined ? '' : ` of ${(total / 1e6).toFixed(0)} MB`}`);
  };
  const set = DATA_SETS.find((one) => one.name === name);
  return set?.fetch?.({ env, progress, ...(from !== undefined && { url: from }) });
}
