import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { expectClose } from './close.ts';

const EXAMPLES = join(import.meta.dirname, '../examples');
const DROP_IN = "from '@spatial-ensemble/engine/tfjs'";

// Beside the examples, where the packages that they import are found.
const directory = mkdtempSync(join(EXAMPLES, '.run-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** What the examples print. */
interface Said {
  readonly backend: string;
  /** By epoch, or by round. */
  readonly losses: number[];
  readonly said?: number[];
  readonly again?: number[];
  readonly text?: string;
  readonly steps?: number[];
}

/** Runs an example as it stands, or with another import and nothing else changed. */
async function run(name: string, from = DROP_IN, ...args: string[]): Promise<Said> {
  const text = readFileSync(join(EXAMPLES, `${name}.mjs`), 'utf8');
  expect(text.split(DROP_IN)).toHaveLength(2);
  const program = join(directory, `${name}.mjs`);
  writeFileSync(program, text.replace(DROP_IN, from).replace("'houses.csv'", "'../houses.csv'"));
  const clean = Object.fromEntries(
    Object.entries(process.env).filter(([key]) => !/^(NODE_OPTIONS|VITEST|NODE_V8)/.test(key)),
  );
  const command = ['--import', 'tsx', '--conditions=@spatial-ensemble/source', program, ...args];
  const { stdout } = await promisify(execFile)(process.execPath, command, { env: clean });
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Said;
}

/** The same program on TensorFlow.js' own CPU backend. */
const onCpu = (name: string, ...args: string[]): Promise<Said> => run(name, "from '@tensorflow/tfjs'", ...args);

test('a regression from a table: learns, and gives the same bits after it was saved and loaded', async () => {
  const { backend, losses, said, again } = await run('table-regression', DROP_IN, join(directory, 'model'));
  expect(backend).toBe('tensorflow');
  // The prices' rest, ±5 of 100s, has a variance of 1 / 1,200.
  expect(losses[0]).toBeGreaterThan(1);
  expect(losses.at(-1)).toBeLessThan(0.01);
  // By the rule that the table was made with: 30 + 1.8 area + 12 rooms − 0.9 age.
  expectClose(said!, [2.01, 3.15], 0.05, 'price');
  expect(again).toEqual(said);
  const model = JSON.parse(readFileSync(join(directory, 'model/model.json'), 'utf8')) as { format: string };
  expect(model.format).toBe('layers-model');
  const cpu = await onCpu('table-regression');
  expect(cpu.backend).toBe('cpu');
  expectClose(losses, cpu.losses, 1e-4, 'loss');
  expectClose(said!, cpu.said!, 1e-4, 'price');
});

test('a recurrent network that learns a rhyme', async () => {
  const { backend, losses, text } = await run('lstm-text');
  expect(backend).toBe('tensorflow');
  expect(losses.at(-1)).toBeLessThan(0.3);
  expect(text).toBe('one two three four five, once i caught a f');
  const cpu = await onCpu('lstm-text', '2');
  expect(cpu).toMatchObject({ backend: 'cpu', losses: [expect.any(Number), expect.any(Number)] });
  expectClose(losses.slice(0, 2), cpu.losses, 1e-4, 'loss');
}, 240_000);

test('a policy that learns to keep a pole up', async () => {
  const [{ backend, steps, losses }, cpu] = [await run('cart-pole'), await onCpu('cart-pole')];
  expect(backend).toBe('tensorflow');
  const last = steps!.slice(-3).reduce((sum, count) => sum + count, 0) / 3;
  // Without learning it is down after some 20 to 30 steps.
  expect(last).toBeGreaterThan(1.5 * steps![0]!);
  // The first games are the same move by move; later a draw may fall between two roundings of one chance.
  expect(steps!.slice(0, 2)).toEqual(cpu.steps!.slice(0, 2));
  expectClose(losses.slice(0, 2), cpu.losses.slice(0, 2), 1e-4, 'loss');
}, 240_000);
