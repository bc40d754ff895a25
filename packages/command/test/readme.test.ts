import { expect, test } from 'vitest';
import { runExample } from '../../../tools/vitest/readme-example.ts';

test('the example of README.md runs', async () => {
  const { said } = await runExample(new URL('../README.md', import.meta.url), ['said']);
  expect((said as string[])[0]).toContain('FixMatch on photographs of clothes');
  expect(said).toContainEqual(expect.stringMatching(/^- sts, seed 1: [\d,]+ steps/));
  expect(said).toContainEqual(expect.stringMatching(/^Traced: fixmatch, [\d.e]+ FLOP a step/));
});
