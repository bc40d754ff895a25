// Claims the run in the folder that is given, and lives until it is killed.
import { claimRun } from '../../src/claim.ts';

await claimRun(process.argv[2]!);
console.log('claimed');
setInterval(() => undefined, 1000);
