import { FixMatchSpec } from '@spatial-ensemble/fixmatch';
import { expect, test } from 'vitest';
import { commandLinePage } from '../site/command-line.ts';
import { declarationPages, declared } from '../site/declarations.ts';
import { fieldsAbout, specPages } from '../site/specs.ts';
import { SourceNames } from '../site/source-names.ts';

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

const about = fieldsAbout();

test.each([...about.keys()])(
  'every field of %s says what it is, and names a source or says that it is ours',
  (page) => {
    const fields = about.get(page)!;
    expect(fields.length).toBeGreaterThan(5);
    expect(fields.filter(({ what }) => what.length < 10).map(({ path }) => path)).toEqual([]);
    expect(fields.filter(({ from }) => from === 'unsaid').map(({ path }) => path)).toEqual([]);
    const ours = fields.filter(({ from }) => from === 'ours').map(({ path }) => path);
    for (const path of ours)
      expect(pages.get(`reference/spec-${page}.md`)!.split('## spec')[0]).toContain(`\`${path}\``);
  },
);

test.each([...declared()])('every field of %s says what it is', (_, parts) => {
  const fields = parts.flatMap((part) => part.fields);
  expect(fields.length).toBeGreaterThan(15);
  expect(fields.filter(({ what }) => what.length < 10).map(({ path }) => path)).toEqual([]);
});

test('options of data sets and fields of a study are what the schemas have', () => {
  const [sets, study] = ['data-sets', 'study'].map((page) => declarationPages().get(`reference/${page}.md`)!);
  for (const option of ['labelled', 'heldOut', 'test', 'resize', 'splitColumn', 'extra'])
    expect(sets).toContain(`\n| \`${option}\` |`);
  expect(sets).toContain('| `resize` | whole number in [2, 4096] |');
  expect(sets).toMatch(/## `cifar100`\n\n.*It has no options\./);
  for (const field of ['arms.NAME.title', 'tiers.NAME.seeds', 'claims.NAME.alternative.kind', 'headline.whose'])
    expect(study).toContain(`\n| \`${field}\` |`);
  expect(study).toMatch(/\| `gates\.NAME\.kind` .* `difference`: The comparison lies above 0/);
});

test('what is named first says where a field is from', () => {
  const names = new SourceNames('FM = google-research/fixmatch@d4985a15.');
  expect(names.first('Rate (FM fixmatch.py: lr); none is ours.')).toBe('source');
  expect(names.first('Images (ours; FM: 10,000).')).toBe('ours');
  expect(names.first('Steps (arXiv 1706.06083: 7).')).toBe('source');
  expect(names.first('As moco/builder.py has it (facebookresearch/moco@87e36d39).')).toBe('source');
  expect(names.first('Kinds: none, tma, fm.')).toBeUndefined();
  expect(names.first('Hours of MC main_moco.py.')).toBeUndefined();
});

test('kinds of an object are told apart, and robustness has a page', () => {
  expect(row('byol', 'teacher.kind').at(-1)).toMatch(/`none`: The teacher is .* `sts`: Spatial-temporal smoothing/);
  expect(row('byol', 'optimiser.kind').at(-1)).toMatch(/`lars`: .* `sgd`: /);
  expect(row('robustness', 'attacks.epsilon').slice(0, 2)).toEqual(['number > 0', '`8`']);
  expect(row('robustness', 'head')[0]).toBe('object');
});

test('where recipes have the values, each is there with the recipe’s source', () => {
  const [, byol, momentum2, text] = row('byol', 'optimiser.learningRate');
  expect([byol, momentum2]).toEqual(['`0.3`', '`0.05`']);
  expect(text).toContain('for each 256 images');
  const optimiser = pages.get('reference/spec-byol.md')!.split('## optimiser')[1]!;
  expect(optimiser).toMatch(/_byol_: DM configs\/byol\.py.*_momentum2_: SE exps\/sts\/sts_exp\.py/);
  expect(row('byol', 'batch').at(-1)).toMatch(/_byol_: DM configs\/byol\.py.*_momentum2_: SE Readme/);
});

test('the command line’s page has every command with its options', async () => {
  const page = await commandLinePage();
  for (const command of ['run', 'accept', 'list', 'export', 'reproduce']) expect(page).toContain(`\n## ${command}\n`);
  expect(page).toMatch(/\| `--set <key=value>`\s*\|/);
  expect(page).toMatch(/\| `--gpu/);
});
