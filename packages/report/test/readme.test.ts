import { expect, test } from 'vitest';
import { runExample } from '../../../tools/vitest/readme-example.ts';

test('the example of README.md runs', async () => {
  const { files, page } = await runExample(new URL('../README.md', import.meta.url), ['files', 'page']);
  expect([...(files as ReadonlyMap<string, unknown>).keys()]).toContain('learning-curves-small.svg');
  expect(page).toContain('Study `quickstart`');
});
