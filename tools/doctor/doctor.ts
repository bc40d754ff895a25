import { cifar10, cifar100, fashionMnist, imageNet, type DataSet } from '@spatial-ensemble/datasets';
import { describeInspection, findings, inspect } from '@spatial-ensemble/engine';
import { Command, CommanderError, Option } from 'commander';

/** Those of this repository; `--data` fetches the ones that can be fetched. */
const DATA_SETS: readonly DataSet[] = [fashionMnist, cifar10, cifar100, imageNet];
const FETCHED = DATA_SETS.filter((set) => set.fetch !== undefined).map(({ name }) => name);

/** What a doctor is given in place of a process. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The findings. */
  say(text: string): void;
  /** Errors, and how far a fetch is: where they do not disturb a document. */
  tell(text: string): void;
}

/**
 * Says what is here of all that experiments need, what is missing, and what mends it.
 *
 * @param argv the options, as `npm run doctor -- --help` lists them
 * @returns the exit code: 1 if nothing could run, or nothing was asked for that there is
 */
export async function doctor(argv: readonly string[], { env, say, tell }: Surroundings): Promise<number> {
  const program = new Command('npm run doctor --')
    .description(
      'Says what is here of all that experiments need, what is missing, and what mends it. Ends with 1 if nothing could run.',
    )
    .option('--fetch', "fetch TensorFlow's library if it is missing")
    .option('--gpu', 'look at (or fetch) the CUDA build, for a run on an NVIDIA GPU')
    .addOption(new Option('--data <name>', "fetch a data set's official archive").choices(FETCHED))
    .option('--from <url>', 'another place for --data to fetch it from (http, https or file); the checksum stays')
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
  readonly json?: boolean;
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
    const data = dataSets.map(({ title, directory, variable, orElse }): [string, string] => [
      'Data',
      directory === undefined
        ? `${title}: not here (name its directory: ${variable}=/path${orElse === undefined ? '' : `, or ${orElse}`})`
        : `${title}: ${directory}`,
    ]);
    for (const [label, text] of [...describeInspection(inspection), ...data]) say(`${label.padEnd(11)} ${text}`);
    say('');
    for (const { level, what, mend } of missing) say(`${level === 'error' ? 'Missing' : 'Note'}: ${what}\n  → ${mend}`);
    if (!lacks) say('All that is needed is here.');
  }
  return lacks ? 1 : 0;
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
