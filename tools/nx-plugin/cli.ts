/** Writes experiments.json beside this file: the project `experiments` as Nx sees it, so that a change shows in review. */
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

import { writeFinal } from '@spatial-ensemble/files';

const root = resolve(import.meta.dirname, '../..');
const project = execFileSync('nx', ['show', 'project', 'experiments', '--json'], {
  cwd: root,
  // A daemon would answer from memory.
  env: { ...process.env, NX_DAEMON: 'false' },
  encoding: 'utf8',
});
await writeFinal(resolve(import.meta.dirname, 'experiments.json'), `${JSON.stringify(JSON.parse(project), null, 2)}\n`);
