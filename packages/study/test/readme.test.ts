import { expect, test } from 'vitest';
import { runExample } from '../../../tools/vitest/readme-example.ts';

test('the example of README.md runs', async () => {
  const { runs } = await runExample(new URL('../README.md', import.meta.url), ['runs']);
  expect(runs).toMatchObject(
    [1, 2].map((seed) => ({
      tier: 'small',
      arm: 'fast',
      seed,
      steps: 100,
      spec: { steps: 100, rate: 0.5 },
      changed: { overrides: ['steps=100'], declaredSteps: 400 },
    })),
  );
});
