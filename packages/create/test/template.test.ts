import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { displaysOn, runExperiment, watchingInterrupt } from '@spatial-ensemble/command';
import { loadImages } from '@spatial-ensemble/datasets';
import { readResults } from '@spatial-ensemble/store';
import type { Selection } from '@spatial-ensemble/study';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { shapes } from '../template/data.ts';
import experiment from '../template/my.experiment.ts';

let runs: string;
beforeAll(() => (runs = mkdtempSync(join(tmpdir(), 'template-'))));
afterAll(() => rmSync(runs, { recursive: true }));

/** Runs the template's experiment, and gives the results that there are then. */
async function run(selection: Selection) {
  const log = (): void => undefined;
  const { failures } = await watchingInterrupt(log, (interrupt) =>
    runExperiment({
      experiment,
      selection,
      machine: { device: 'cpu', precision: 'float32', xla: false, deterministic: true, workers: 0 },
      session: {
        runs,
        command: 'template',
        fresh: false,
        force: false,
        maxHours: 12,
        fullDisk: 'stop',
        log,
        displays: displaysOn(process.stderr),
        interrupt,
      },
    }),
  );
  expect(failures).toEqual([]);
  return readResults(runs);
}

test('its images are the same each time, and those of the test are others', async () => {
  const [one, again, other] = await Promise.all(
    (['train', 'train', 'test'] as const).map((split) => loadImages(shapes, {}, { split })),
  );
  expect(again!.manifest).toEqual(one!.manifest);
  expect(other!.manifest.sha256).not.toBe(one!.manifest.sha256);
});

test('it trains from the sources: the loss falls, and the teacher keeps what its masks say', async () => {
  const [stored, ...others] = await run({
    arms: ['sts'],
    overrides: ['steps=60', 'network.width=2', 'data.heldOut=20'],
  });
  expect(others).toEqual([]);
  const { series, measures } = stored!.result;
  const points = (name: string): number[] => series.find((one) => one.name === name)!.points.map(([, value]) => value);
  expect(points('loss').at(-1)!).toBeLessThan(points('loss')[0]! - 0.3);
  // Half of 11 tensors are kept, in expectation, once the warm-up is over.
  const kept = points('preserveRate').slice(-20);
  expect(Math.abs(kept.reduce((sum, one) => sum + one, 0) / kept.length - 0.5)).toBeLessThan(0.15);
  expect(measures.map(({ name, whose }) => [name, whose])).toContainEqual(['accuracy', 'teacher']);
}, 120_000);

test('its smoke runs', async () => {
  const results = await run({ tier: 'smoke', arms: ['tma'] });
  expect(results.filter(({ result }) => result.run.spec['steps'] === 3)).toHaveLength(1);
}, 120_000);
