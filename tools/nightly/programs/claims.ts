import { closeSync, openSync, rmSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { claimRun } from '@spatial-ensemble/store';

/**
 * Claims a run and gives it up, for so many milliseconds, and says how often: `programs/claims.ts FOLDER MILLISECONDS`.
 * Whoever has it makes a file that only one can make.
 */

const [folder, milliseconds] = process.argv.slice(2) as [string, string];
const end = performance.now() + Number(milliseconds);
let [claims, shared] = [0, 0];
while (performance.now() < end) {
  const giveUp = await claimRun(folder).catch((error: Error) => {
    if (!error.message.startsWith('another process')) throw error;
    return undefined;
  });
  if (giveUp === undefined) {
    await turn();
    continue;
  }
  claims += 1;
  try {
    closeSync(openSync(`${folder}.holder`, 'wx'));
    await turn();
    rmSync(`${folder}.holder`);
  } catch {
    shared += 1;
  }
  giveUp();
}
console.log(JSON.stringify({ claims, shared }));
