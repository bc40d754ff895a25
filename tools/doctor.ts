import { sourceStatuses } from '@spatial-ensemble/datasets';
import { describeInspection, findings, inspect } from '@spatial-ensemble/engine';
import { Command } from 'commander';

/** How to get a data set that can be had by one command, by the variable that names its directory. */
const INSTALL: Readonly<Record<string, string>> = {
  SPATIAL_ENSEMBLE_FASHION_MNIST: ', or on Debian and Ubuntu: sudo apt-get install dataset-fashion-mnist',
};

const program = new Command('npm run doctor --')
  .description(
    'Says what is here of all that experiments need, what is missing, and what mends it. Ends with 1 if nothing could run.',
  )
  .option('--fetch', "fetch TensorFlow's library if it is missing")
  .option('--gpu', 'look at (or fetch) the CUDA build, for a run on an NVIDIA GPU')
  .option('--json', 'print one JSON document instead')
  .parse();
const options = program.opts<{ fetch?: boolean; gpu?: boolean; json?: boolean }>();

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
