import { fetchCifar, sourceStatuses } from '@spatial-ensemble/datasets';
import { describeInspection, findings, inspect } from '@spatial-ensemble/engine';
import { Command, Option } from 'commander';

/** How to get a data set that can be had by one command, by the variable that names its directory. */
const INSTALL: Readonly<Record<string, string>> = {
  SPATIAL_ENSEMBLE_FASHION_MNIST: ', or on Debian and Ubuntu: sudo apt-get install dataset-fashion-mnist',
  SPATIAL_ENSEMBLE_CIFAR10: ', or fetch its archive: npm run doctor -- --data cifar10',
  SPATIAL_ENSEMBLE_CIFAR100: ', or fetch its archive: npm run doctor -- --data cifar100',
};

const program = new Command('npm run doctor --')
  .description(
    'Says what is here of all that experiments need, what is missing, and what mends it. Ends with 1 if nothing could run.',
  )
  .option('--fetch', "fetch TensorFlow's library if it is missing")
  .option('--gpu', 'look at (or fetch) the CUDA build, for a run on an NVIDIA GPU')
  .addOption(new Option('--data <name>', "fetch a data set's official archive").choices(['cifar10', 'cifar100']))
  .option('--from <url>', 'another place for --data to fetch it from (http, https or file); the checksum stays')
  .option('--json', 'print one JSON document instead')
  .parse();
const options = program.opts<{
  fetch?: boolean;
  gpu?: boolean;
  data?: 'cifar10' | 'cifar100';
  from?: string;
  json?: boolean;
}>();

if (options.from !== undefined && options.data === undefined) program.error('--from says where --data fetches from');
if (options.data !== undefined) await fetchData(options.data);

const inspection = await inspect({ device: options.gpu === true ? 'gpu' : 'cpu', fetch: options.fetch === true });
const missing = findings(inspection);
const dataSets = sourceStatuses();

if (options.json === true) {
  console.log(JSON.stringify({ ...inspection, dataSets, findings: missing }, null, 2));
} else {
  const data = dataSets.map(({ title, directory, variable }): [string, string] => [
    'Data',
    directory === undefined
      ? `${title}: not here (name its directory: ${variable}=/path${INSTALL[variable] ?? ''})`
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
async function fetchData(name: 'cifar10' | 'cifar100'): Promise<void> {
  let told = -1;
  const progress = (bytes: number, total: number | undefined): void => {
    const tens = total === undefined ? Math.floor(bytes / 2e7) : Math.floor((10 * bytes) / total);
    if (tens === told) return;
    told = tens;
    console.error(`${(bytes / 1e6).toFixed(0)} MB${total === undefined ? '' : ` of ${(total / 1e6).toFixed(0)} MB`}`);
  };
  try {
    const path = await fetchCifar(name, { progress, ...(options.from !== undefined && { url: options.from }) });
    console.error(`Fetched and verified: ${path}\n`);
  } catch (error) {
    program.error((error as Error).message);
  }
}
