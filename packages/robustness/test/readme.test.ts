import { useTensorFlow } from '@spatial-ensemble/engine';
import { expect, it } from 'vitest';
import { runExample } from '../../../tools/vitest/readme-example.ts';

it('the example of README.md runs', async () => {
  await useTensorFlow();
  const { right } = await runExample(new URL('../README.md', import.meta.url), ['right']);
  expect(right).toEqual(Uint8Array.of(0, 1));
});
