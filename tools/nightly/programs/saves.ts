import { openRun } from '@spatial-ensemble/store';
import { IDENTITY, takeStep } from '../known-run.ts';

/** Goes on with the known run in a folder, and says which step is saved, until it is killed. */

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('saves.ts needs the folder of the run');
const run = await openRun(folder, IDENTITY);
console.log('ready');
for (let step = (run.saved?.step ?? 0) + 1; ; step++) {
  await takeStep(run, step);
  console.log(`saved ${step}`);
}
