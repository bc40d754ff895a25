/**
 * `npm run cuda-build`: TensorFlow's CUDA build where there is no GPU, which is what its owner runs without `--gpu`. The
 * tests of what reaches TensorFlow first, then an arm of the quickstart on both builds, whose results are the same bytes;
 * a count as the last line. Of NVIDIA's libraries none is fetched or called: nothing is said of a GPU.
 *
 *     npm run cuda-build -- --package smoothing --steps 20
 */
import { spawnSync } from 'node:child_process';
import { Command, InvalidArgumentError } from 'commander';
import { findLibrary } from '@spatial-ensemble/engine';
import { cudaBuildAlone } from './library.ts';
import { sameQuickstart } from './quickstart.ts';

const PACKAGES = ['engine', 'nn', 'smoothing'];

const collect = (name: string, before: readonly string[]): readonly string[] => [...before, name];
const wholeNumber = (text: string): number => {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new InvalidArgumentError('it is a whole number from 1 up');
};
const options = new Command('cuda-build')
  .description("Runs tests, and an arm of the quickstart, on the processors' kernels of TensorFlow's CUDA build.")
  .option(
    '--package <name>',
    `test this package alone, by default ${PACKAGES.join(', ')}; may be repeated`,
    collect,
    [],
  )
  .option('--steps <n>', 'of the quickstart', wholeNumber, 700)
  .parse()
  .opts<{ readonly package: readonly string[]; readonly steps: number }>();
const packages = options.package.length === 0 ? PACKAGES : options.package;

const cuda = await cudaBuildAlone();
const usual = await findLibrary({ env: { ...process.env, SPATIAL_ENSEMBLE_TENSORFLOW: '' } });
console.log(`${cuda.cc}\nbeside ${usual.cc}`);

const filters = packages.map((name) => `--filter=@spatial-ensemble/${name}`);
const { stdout, status, error } = spawnSync('npm', ['test', '--silent', '--', ...filters], {
  env: { ...process.env, SPATIAL_ENSEMBLE_DEVICE: '', SPATIAL_ENSEMBLE_TENSORFLOW: cuda.directory },
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'inherit'],
  maxBuffer: 1 << 28,
});
if (error !== undefined) throw error;
process.stdout.write(stdout);
const count = /^(\d+) passed, (\d+) failed$/m.exec(stdout);
let [passed, failed] = count === null ? [0, 1] : [Number(count[1]), Number(count[2])];
if (status !== 0 && failed === 0) failed = 1;

const { same, lines } = sameQuickstart({ usual: usual.directory, cuda: cuda.directory }, options.steps);
if (same) passed++;
else failed++;
for (const line of lines) console.log(line);
console.log(`${passed} passed, ${failed} failed`);
if (failed > 0) process.exitCode = 1;
