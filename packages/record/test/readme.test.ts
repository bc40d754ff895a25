import { expect, test } from 'vitest';
import { runExample } from '../../../tools/vitest/readme-example.ts';

test('the example of README.md runs', async () => {
  const { distance, points, series } = await runExample(new URL('../README.md', import.meta.url), [
    'distance',
    'points',
    'series',
  ]);
  expect(series).toEqual({ name: 'distance', ...(distance as object), points });
});
