import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { runExample } from '../../../tools/vitest/readme-example.ts';

test('the example of README.md runs', async () => {
  const { folder, tensors, weights, saved } = await runExample(new URL('../README.md', import.meta.url), [
    'folder',
    'tensors',
    'weights',
    'saved',
  ]);
  rmSync(dirname(folder as string), { recursive: true });
  expect(saved).toMatchObject({ step: 10, weights });
  expect((saved as { tensors: unknown }).tensors).toEqual(tensors);
});
