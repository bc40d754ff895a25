import { expect, test } from 'vitest';
import { draws, key, normal } from '../src/index.ts';
import { runExample } from '../../../tools/vitest/readme-example.ts';

test('the example of README.md runs, and draws what its keys say', async () => {
  const readme = new URL('../README.md', import.meta.url);
  const { weights, order, flipped, shift } = await runExample(readme, ['weights', 'order', 'flipped', 'shift']);
  expect(weights).toEqual(normal(key(7).fold('init').fold('conv1'), 432));
  expect((order as Int32Array).toSorted()).toEqual(new Int32Array(60_000).map((_, i) => i));
  const again = draws(key(7).fold('view').fold(41));
  expect([flipped, shift]).toEqual([again.boolean(0.5), again.int(9) - 4]);
});
