import { cifar10, cifar100, fashionMnist, imageNet, type DataSet } from '@spatial-ensemble/datasets';
import { describeInspection, findings, inspect } from '@spatial-ensemble/engine';
import { Command, Option } from 'commander';

/** Those of this repository; `--data` fetches the ones that can be fetched. */
const DATA_SETS: readonly DataSet[] = [fashionMnist, cifar10, cifar100, imageNet];
const FETCHED = DATA_SETS.filter((set) => set.fetch !== undefined).map(({ name }) => name);

const program = new Command('npm run doctor --')
  .description(
    'Says what is here of all that experiments need, what is missing, and what mends it. Ends with 1 if nothing could run.',
  )
  .option('--fetch', "fetch TensorFlow's library if it is missing")
  .option('--gpu', 'look at (or fetch) the CUDA build, for a run on an NVIDIA GPU')
  .addOption(new Option('--data <name>', "fetch a data set's official archive").choices(FETCHED))
  .option('--from <url>', 'another place for --data to fetch it from (http, https or file); the checksum stays')
  .option('--json', 'print one JSON document instead')
  .parse();
const options = program.opts<{
  fetch?: boolean;
  gpu?: boolean;
  data?: string;
  from?: string;
  json?: boolean;
}>();

if (options.from !== undefined && options.data === undefined) program.error('--from says where --data fetches from');
if (options.data !== undefined) await fetchData(options.data);

const inspection = await inspect({ device: options.gpu === true ? 'gpu' : 'cpu', fetch: options.fetch === true });
const missing = findings(inspection);
const dataSets = DATA_SETS.flatMap((set) => set.status?.(process.env) ?? []);

if (options.json === true) {
  console.log(JSON.stringify({ ...inspection, dataSets, findings: missing }, null, 2));
} else {
  const data = dataSets.map(({ title, directory, variable, orElse }): [string, string] => [
    'Data',
    directory === undefined
      ? `${title}: not here (name its directory: ${variable}=/path${orElse === undefined ? '' : `, or ${orElse}`})`
      : `${title}: ${directory}`,
  ]);
  for (const [label, text] of [...describeInspection(inspection), ...data]) console.log(`${label.padEnd(11)} ${text}`);
  console.log();
  for (const { level, what, mend } of missing)
    console.log(`${level === 'error' ? 'Missing' : 'Note'}: ${what}\n  → ${mend}`);
  if (!missing.some(({ level }) => level === 'error')) console.log('All that is needed is here.');
}
if (missing.some(({ level }) => level === 'error')) process.exitCode = 1;

/** Progress goes where it does not disturb a document. */
async function fetchData(name: string): Promise<void> {
  let told = -1;
  const progress = (bytes: number, total: number | undefined): void => {
    const tens = total === undefined ? Math.floor(bytes / 2e7) : Math.floor((10 * bytes) / total);
    if (tens === told) return;
    told = tens;
    console.error(`${(bytes / 1e6).toFixed(0)} MB${total === undefined ? '' : ` of ${(total / 1e6).toFixed(0)} MB`}`);
  };
  try {
    const set = DATA_SETS.find((one) => one.name === name);
    const asked = { env: process.env, progress, ...(options.from !== undefined && { url: options.from }) };
    console.error(`Fetched and verified: ${await set?.fetch?.(asked)}\n`);
  } catch (error) {
    program.error((error as Error).message);
  }
}
