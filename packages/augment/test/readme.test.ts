import { expect, test } from 'vitest';
import type { Transform } from '../src/index.ts';
import { runExample } from '../../../tools/vitest/readme-example.ts';

test('the example of README.md runs', async () => {
  const { image, transforms, out } = await runExample(new URL('../README.md', import.meta.url), [
    'image',
    'transforms',
    'out',
  ]);
  const [before, after] = [image as Uint8Array, out as Uint8Array];
  const steps = transforms as readonly Transform[];
  expect(steps.map(({ op }) => op)).toEqual(['flip', 'shift']);
  const [, moved] = steps;
  if (moved?.op !== 'shift') throw new Error('the second transform is a shift');
  // Far enough from the borders, a pixel comes from where flip and shift say.
  for (const [y, x] of [
    [9, 12],
    [20, 5],
  ] as const)
    expect(after[y * 28 + x]).toBe(before[(y + moved.y) * 28 + 27 - (x + moved.x)]);
});
