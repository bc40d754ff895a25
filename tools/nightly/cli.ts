/**
 * `npm run nightly`: what the suite promises, tried again and again, a line for each with its count. Then the tests that
 * take long, other processors, TensorFlow's CUDA build, parity with PyTorch and its programs, and who watches runs; where
 * something is named, that alone.
 *
 *     npm run nightly -- --minutes 30 --only kills --only claims
 *     npm run nightly -- --only cuda-build
 */
import { spawnSync } from 'node:child_process';
import { Command } from 'commander';
import { fuzz, fuzzLine } from '../fuzz/fuzz.ts';
import { line, tried, type Round } from './guarantee.ts';
import { GUARANTEES, SCRIPTS } from './guarantees.ts';

const NAMES = [...Object.keys(GUARANTEES), 'fuzz', ...SCRIPTS];
const TIMED = NAMES.filter((name) => !SCRIPTS.includes(name));

const collect = (name: string, before: readonly string[]): readonly string[] => [...before, name];
const options = new Command('nightly')
  .description('Tries what the suite promises.')
  .option('--minutes <n>', 'for the guarantees together', Number, 20)
  .option('--only <name>', `one of ${NAMES.join(', ')}; may be repeated`, collect, [])
  .option('--first <n>', 'the number of the first round, to try again what failed', Number, 0)
  .option('--rounds', 'a line for each round too, as soon as it is over')
  .parse()
  .opts<{
    readonly minutes: number;
    readonly only: readonly string[];
    readonly first: number;
    readonly rounds?: true;
  }>();
const stray = options.only.find((name) => !NAMES.includes(name));
if (stray !== undefined) throw new Error(`there is no guarantee ${stray}: ${NAMES.join(', ')}`);
if (!(options.minutes > 0)) throw new Error(`--minutes must be a number above 0, got ${options.minutes}`);

const roundText = (n: number, { tried: all, failures }: Round): string => `round ${n}: ${all - failures.length}/${all}`;
const isAsked = (name: string): boolean => options.only.length === 0 || options.only.includes(name);
const chosen = Object.entries(GUARANTEES).filter(([name]) => isAsked(name));
const minutesEach = options.minutes / TIMED.filter(isAsked).length;
const millisecondsEach = minutesEach * 60_000;
for (const [, make] of chosen) {
  const guarantee = make(millisecondsEach);
  if (guarantee.missing !== undefined) {
    console.log(`${guarantee.name} skipped: ${guarantee.missing}`);
    continue;
  }
  try {
    const all = await tried(guarantee, millisecondsEach, options.first, (n, round) => {
      if (options.rounds) console.log(line({ ...guarantee, summary: () => roundText(n, round) }, round));
    });
    console.log(line(guarantee, all));
    // What was not tried at all was not shown.
    if (all.failures.length > 0 || all.tried === 0) process.exitCode = 1;
  } finally {
    guarantee.close?.();
  }
}
if (isAsked('fuzz')) {
  const fuzzed = await fuzz({ minutes: minutesEach });
  for (const failure of fuzzed.failures) console.log(failure);
  console.log(fuzzLine(fuzzed));
  if (fuzzed.failures.length > 0) process.exitCode = 1;
}
const tests = options.only.length === 0 ? ([['test', { NIGHTLY: '1' }]] as const) : [];
for (const [script, env] of [...tests, ...SCRIPTS.filter(isAsked).map((name) => [name, {}] as const)]) {
  const { status } = spawnSync('npm', ['run', script], { env: { ...process.env, ...env }, stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
