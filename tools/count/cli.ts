/**
 * `npm test`: every package's tests through Turbo, then their sum as the last line. Arguments are Turbo's:
 * `npm test -- --filter=@spatial-ensemble/random`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';

import { tally, tallyText, type VitestReport } from './tally.ts';

const root = resolve(import.meta.dirname, '../..');
const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1' };
const turbo = ['run', 'test', ...process.argv.slice(2)];

const packages = packagesWithTests().map(({ name, directory }) => ({
  name,
  file: resolve(root, directory, '.turbo/vitest.json'),
}));
// What an earlier run left must not be counted.
for (const { file } of packages) rmSync(file, { force: true });

// Two packages at a time: half of a test's time is one thread's, which loads and traces; the other half is TensorFlow's,
// which takes every core that it is given.
const run = spawnSync('turbo', [...turbo, '--concurrency=2', '--continue'], { cwd: root, env, stdio: 'inherit' });
if (run.error !== undefined) throw run.error;

const result = tally(
  packages.map(({ name, file }) => ({
    name,
    report: existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as VitestReport) : undefined,
  })),
  run.status !== 0,
);
console.log(`\n${tallyText(result)}`);
if (result.failed > 0) process.exitCode = 1;

/** As Turbo sees it, so that its filters hold here too. */
function packagesWithTests(): { name: string; directory: string }[] {
  const plan = spawnSync('turbo', [...turbo, '--dry=json'], { cwd: root, env, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (plan.error !== undefined) throw plan.error;
  if (plan.status !== 0) throw new Error(`turbo could not plan the tests:\n${plan.stderr}`);
  const { tasks } = JSON.parse(plan.stdout) as { tasks: { package: string; directory: string; command: string }[] };
  return tasks
    .filter(({ command }) => command !== '<NONEXISTENT>')
    .map(({ package: name, directory }) => ({ name: name.replace('@spatial-ensemble/', ''), directory }));
}
