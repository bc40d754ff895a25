import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useTensorFlow } from '@spatial-ensemble/engine';
import { defineExperiment } from '@spatial-ensemble/study';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clothes } from '../../training/test/clothes.ts';
import { softmaxRegression } from '../../training/test/softmax-regression.ts';
import { runExperiment } from '../src/run-experiment.ts';
import { runProgram } from '../src/program/program.ts';
import { CPU, quietly } from './quietly.ts';
import { SMALL } from './studies.ts';

const EXPERIMENT = defineExperiment(
  softmaxRegression,
  {
    name: 'profiled',
    title: 'Profiled',
    ...SMALL,
    spec: { ...SMALL.spec, steps: 6 },
    arms: { only: { title: 'only' } },
  },
  { dataSets: [clothes] },
);

let folder: string;
beforeAll(async () => {
  await useTensorFlow();
  folder = mkdtempSync(join(tmpdir(), 'profile-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the experiment; gives the folder of its one run, and what was said. */
async function run(runs: string, profile: boolean): Promise<{ readonly folder: string; readonly said: string }> {
  const said: string[] = [];
  const session = { ...quietly(join(folder, runs), said), profile };
  await runExperiment({ experiment: EXPERIMENT, selection: {}, machine: CPU, session });
  const method = join(folder, runs, softmaxRegression.name);
  const [only] = readdirSync(method);
  return { folder: join(method, only!), said: said.join('\n') };
}

test('a run that is profiled says its dearest ops, keeps a trace, and is the same run', async () => {
  const [plain, profiled] = [await run('plain', false), await run('profiled', true)];
  for (const file of ['result.json', 'metrics.jsonl'])
    expect(readFileSync(join(profiled.folder, file), 'utf8')).toBe(readFileSync(join(plain.folder, file), 'utf8'));
  expect(plain.said).not.toContain('dearest');
  const [, ops, path] =
    /a step takes .* ms, in \d+ % of which no op ran; the dearest ops:\n([^]*?)\nEach op, on a time line: (.*)/.exec(
      profiled.said,
    )!;
  const lines = ops!.split('\n');
  expect(lines).toHaveLength(10);
  for (const line of lines) expect(line).toMatch(/^ {2}\w+ +\d+\.\d % +\d+\.\d\d ms +\d+x( {3}[\d.]+ GFLOP\/s)?$/);
  const { traceEvents } = JSON.parse(readFileSync(path!, 'utf8')) as {
    readonly traceEvents: readonly { name: string }[];
  };
  // Pixels to classes, and the gradient of its weights.
  expect(traceEvents.filter(({ name }) => name.includes('MatMul'))).toHaveLength(2);
  expect(readdirSync(plain.folder)).toEqual(readdirSync(profiled.folder).filter((name) => name !== 'step-trace.json'));
});

test('XLA, whose ops are one, is not profiled', async () => {
  const lines: string[] = [];
  const lastWords = join(folder, 'words.txt');
  const argv = ['run', 'experiments/quickstart.experiment.ts', '--profile', '--xla'];
  expect(await runProgram(argv, { runs: join(folder, 'none'), log: (line) => lines.push(line), lastWords })).not.toBe(
    0,
  );
  expect(`${lines.join('\n')}${readFileSync(lastWords, 'utf8')}`).toContain(
    "option '--profile' cannot be used with option '--xla'",
  );
});
