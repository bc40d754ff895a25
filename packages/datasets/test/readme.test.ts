import { expect, test } from 'vitest';
import type { HostImages, HostLabels } from '../src/index.ts';
import { runExample } from '../../../tools/vitest/readme-example.ts';

test('the example of README.md runs', async () => {
  const readme = new URL('../README.md', import.meta.url);
  const { images, labels } = (await runExample(readme, ['images', 'labels'])) as {
    images: HostImages;
    labels: HostLabels;
  };
  expect(images.shape).toEqual([16, 28, 28, 1]);
  expect(images.data.some((value) => value > 0)).toBe(true);
  expect([...labels.data].every((label) => label >= 0 && label < 10)).toBe(true);
});
