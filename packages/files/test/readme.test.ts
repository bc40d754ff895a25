import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runExample } from '../../../tools/vitest/readme-example.ts';

test('the example of README.md runs', async () => {
  const readme = new URL('../README.md', import.meta.url);
  const { folder, text, beside } = await runExample(readme, ['folder', 'text', 'beside']);
  rmSync(folder as string, { recursive: true });
  expect(JSON.parse(text as string)).toEqual({ accuracy: 0.87 });
  expect(beside).toEqual(['result.json']);
});
