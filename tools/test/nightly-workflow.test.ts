import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { GUARANTEES, SCRIPTS } from '../nightly/guarantees.ts';

interface Job {
  readonly strategy?: { readonly matrix: { readonly script: readonly string[] } };
  readonly steps: readonly { readonly run?: string; readonly env?: { readonly [name: string]: string } }[];
}

const file = resolve(import.meta.dirname, '../../.github/workflows/nightly.yml');
const { jobs } = parse(readFileSync(file, 'utf8')) as { jobs: { readonly [name: string]: Job } };
const steps = Object.values(jobs).flatMap((job) => job.steps);

test('the workflow of the night runs whatever `npm run nightly` does', () => {
  const only = steps.flatMap(({ run = '' }) => [...run.matchAll(/--only (\S+)/g)].map(([, name]) => name));
  expect(only.toSorted()).toEqual([...Object.keys(GUARANTEES), 'fuzz'].toSorted());
  const { strategy, steps: own } = jobs['beside']!;
  expect(strategy!.matrix.script).toEqual(SCRIPTS);
  expect(own).toContainEqual({ run: 'npm run "$SCRIPT"', env: { SCRIPT: '${{ matrix.script }}' } });
  expect(steps).toContainEqual({ run: 'npm test', env: { NIGHTLY: '1' } });
});
