/** `npm run lockfile` completes package-lock.json for every platform; `npm run lockfile -- --check` only looks. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { writeFinal } from '@spatial-ensemble/files';
import { Command } from 'commander';

import { complete, type Lockfile, problems } from './complete.ts';

const program = new Command('npm run lockfile --')
  .description('Completes package-lock.json for every platform, whatever this machine’s registry lacks.')
  .option('--check', 'write nothing; fail where it is incomplete or names a registry')
  .parse();
const path = resolve(import.meta.dirname, '../../package-lock.json');
const lockfile = JSON.parse(readFileSync(path, 'utf8')) as Lockfile;

if (program.opts<{ check?: true }>().check === undefined) {
  await writeFinal(path, `${JSON.stringify(complete(lockfile), null, 2)}\n`);
}
const result = JSON.parse(readFileSync(path, 'utf8')) as Lockfile;
const left = problems(result);
if (left.length > 0) {
  console.error(['package-lock.json:', ...left, 'Run npm run lockfile and commit.'].join('\n  '));
  console.error('A registry’s name stays out with omit-lockfile-registry-resolved=true in .npmrc.');
  process.exitCode = 1;
} else {
  console.log(`package-lock.json: ${Object.keys(result.packages).length} packages, complete for every platform`);
}
