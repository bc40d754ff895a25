/**
 * `npm run processors`: the tests as other processors run them, a count for each, and their sum as the last line.
 * What this one cannot play is skipped, and said. Tests of what no processor changes are left out (tools/vitest/config.ts).
 *
 *     npm run processors -- --setting off --setting avx2 --package nn --package engine
 */
import { spawnSync } from 'node:child_process';
import { thisProcessor } from '@spatial-ensemble/engine';
import { Command } from 'commander';
import { named, SETTINGS, whyNot } from './settings.ts';

const collect = (name: string, before: readonly string[]): readonly string[] => [...before, name];
const options = new Command('processors')
  .description('Runs the tests as other processors run them.')
  .option('--setting <name>', `one of ${SETTINGS.map(({ name }) => name).join(', ')}; may be repeated`, collect, [])
  .option('--package <name>', 'test this package alone; may be repeated', collect, [])
  .parse()
  .opts<{ readonly setting: readonly string[]; readonly package: readonly string[] }>();
const filters = options.package.map((name) => `--filter=@spatial-ensemble/${name}`);
// Whoever has capped this machine already tests that processor, and no better one.
const processor = thisProcessor();
const lines: string[] = [];
let [passed, failed] = [0, 0];

for (const setting of named(options.setting)) {
  const missing = whyNot(setting, processor);
  if (missing !== undefined) {
    lines.push(`${setting.name}: skipped, ${missing}`);
    continue;
  }
  const variables = Object.entries(setting.environment).map(([name, value]) => `${name}=${value}`);
  console.log(`\n=== ${setting.name}: ${variables.join(' ') || 'as this machine is'}`);
  const { stdout, status, error } = spawnSync('npm', ['test', '--silent', '--', ...filters], {
    env: { ...process.env, ...setting.environment, PLAYED_PROCESSOR: setting.name },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1 << 28,
  });
  if (error !== undefined) throw error;
  process.stdout.write(stdout);
  const count = /^(\d+) passed, (\d+) failed$/m.exec(stdout);
  const [good, bad] = count === null ? [0, 1] : [Number(count[1]), Number(count[2])];
  passed += good;
  failed += status !== 0 && bad === 0 ? 1 : bad;
  lines.push(`${setting.name}: ${count?.[0] ?? 'the tests did not run'}`);
}

console.log(
  `\n${processor.model}, ${processor.instructionSet}\n${lines.join('\n')}\n${passed} passed, ${failed} failed`,
);
if (failed > 0) process.exitCode = 1;
