import { FixMatchSpec } from '@spatial-ensemble/fixmatch';
import { expect, test } from 'vitest';
import { commandLinePage } from '../site/command-line.ts';
import { specPages } from '../site/specs.ts';

const pages = specPages();
const row = (page: string, path: string): string[] => {
  const line = pages.get(`reference/spec-${page}.md`)!.split('\n').find((one) => one.startsWith(`| \`${path}\` |`));
  return (line ?? '').split('|').slice(2, -1).map((cell) => cell.trim());
}; // prettier-ignore

test('a field has its range, its default and its source', () => {
  const [range, value, text] = row('fixmatch', 'pseudoLabels.threshold');
  expect([range, value]).toEqual(['number in [0, 1]', `\`${FixMatchSpec.parse({}).pseudoLabels.threshold}\``]);
  expect(text).toContain('FM fixmatch.py: confidence');
  expect(row('moco', 'queue')[2]).toContain('MC main_moco.py: 65,536');
  expect(row('fixmatch', 'teacher.granularity')[2]).toContain('What one draw decides');
  expect(row('moco', 'views.size')[2]).toContain('Side of a view in pixels');
});

test('where recipes have the values, each is there with the recipe’s source', () => {
  const [, byol, momentum2, text] = row('byol', 'optimiser.learningRate');
  expect([byol, momentum2]).toEqual(['`0.3`', '`0.05`']);
  expect(text).toMatch(/_byol_: DM configs\/byol\.py.*_momentum2_: SE exps\/sts\/sts_exp\.py/);
});

test('the command line’s page has every command with its options', async () => {
  const page = await commandLinePage();
  for (const command of ['run', 'accept', 'list', 'export', 'reproduce']) expect(page).toContain(`\n## ${command}\n`);
  expect(page).toMatch(/\| `--set <key=value>`\s*\|/);
  expect(page).toMatch(/\| `--gpu/);
});
