import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useTensorFlow } from '@spatial-ensemble/engine';
import type { Result } from '@spatial-ensemble/record';
import { readResults } from '@spatial-ensemble/store';
import { afterAll, beforeAll } from 'vitest';
import type { Experiment } from '../src/experiment.ts';
import { runExperiment } from '../src/run-experiment.ts';
import { ownPhotographs } from './own-photographs.ts';
import { CPU, quietly } from './quietly.ts';

/** What studies of own images have in common. */
export const ABOUT = {
  name: 'own-images',
  title: 'Own images',
  paper: [],
  cost: { hardware: 'a tiny machine', basis: 'made up' },
  arms: { tma: { title: 'TMA' } },
  seeds: [1],
  tiers: { small: {} },
};

export const partsOf = ({ splits }: Result): readonly (readonly [string, number, readonly number[] | undefined])[] =>
  splits.map(({ name, images, perClass }) => [name, images, perClass]);

const VARIABLES = ['SPATIAL_ENSEMBLE_FOLDER', 'SPATIAL_ENSEMBLE_MANIFEST', 'SPATIAL_ENSEMBLE_CACHE'] as const;

/** Puts image files as people have them where the data sets look for them; gives what runs an experiment of one run. */
export function onOwnImages(): (experiment: Experiment, runs: string) => Promise<Result> {
  let root: string;
  const before = VARIABLES.map((name) => process.env[name]);
  beforeAll(async () => {
    await useTensorFlow();
    root = mkdtempSync(join(tmpdir(), 'own-images-'));
    await ownPhotographs(join(root, 'images'));
    const places = ['images', 'images/labels.csv', 'cache'];
    VARIABLES.forEach((name, i) => (process.env[name] = join(root, places[i]!)));
  });
  afterAll(() => {
    for (const [i, name] of VARIABLES.entries())
      if (before[i] === undefined) delete process.env[name];
      else process.env[name] = before[i];
    rmSync(root, { recursive: true, force: true });
  });
  return async (experiment, runs) => {
    const store = join(root, runs);
    await runExperiment({ experiment, selection: {}, machine: CPU, session: quietly(store) });
    const [stored] = await readResults(store);
    return stored!.result;
  };
}
