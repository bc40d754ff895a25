import { useTensorFlow } from '@spatial-ensemble/engine';
import { expect, it } from 'vitest';
import { runExample } from '../../../tools/vitest/readme-example.ts';
import type { TinyRun } from '../src/testing/run-tiny.ts';

it('the example of README.md runs', async () => {
  await useTensorFlow();
  const { run } = await runExample(new URL('../README.md', import.meta.url), ['run']);
  const { outcome } = run as TinyRun;
  expect([outcome.done, outcome.steps]).toEqual([3, 3]);
  expect(outcome.lines.map(({ kind }) => kind)).toEqual(['train', 'train', 'train']);
});
