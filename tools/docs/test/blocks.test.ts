import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blocksIn } from '../blocks/extract.ts';
import { planOf } from '../blocks/kinds.ts';
import { markdownFiles } from '../blocks/pages.ts';
import { runPage } from '../blocks/run.ts';
import { ROOT } from '../site/outline.ts';

describe('the blocks of the site’s pages', () => {
  const plans = markdownFiles().flatMap((file) => planOf(ROOT, file));

  test('are run, by a test or by night, or say why not', () => {
    const kinds = new Set(plans.map(({ kind }) => kind.kind));
    expect([...kinds]).toEqual(expect.arrayContaining(['shell', 'script', 'written', 'tested', 'not-run']));
    for (const { kind } of plans) if (kind.kind === 'not-run') expect(kind.why.length).toBeGreaterThan(5);
  });

  test('those that take seconds do what they say', () => {
    const [outcome] = runPage(ROOT, 'tools/docs/pages/explanation/effective-momentum.md');
    expect(outcome).toMatchObject({ kind: { kind: 'script' }, block: { expects: '0.9970 332.3' } });
    expect(outcome).not.toHaveProperty('failure');
  });
});

describe('a page', () => {
  let folder: string;
  beforeAll(() => {
    mkdirSync(join(ROOT, '.tmp'), { recursive: true });
    folder = mkdtempSync(join(ROOT, '.tmp/blocks-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const page = (text: string): string => {
    writeFileSync(join(folder, 'page.md'), text);
    return join(folder, 'page.md').slice(ROOT.length + 1);
  };

  test('runs its blocks in order, with the files that those before them wrote, and leaves nothing', () => {
    const at = `${folder.slice(ROOT.length + 1)}/written.txt`;
    const file = page(
      `\`\`\`text file=${at}\nfour\n\`\`\`\n\n- in a list\n\n  \`\`\`bash\n  cat ${at}\n  \`\`\`\n\n  <!-- expect four -->\n`,
    );
    const outcomes = runPage(ROOT, file);
    expect(outcomes.map(({ kind, failure }) => [kind.kind, failure])).toEqual([['written', undefined], ['shell', undefined]]); // prettier-ignore
    expect(existsSync(join(ROOT, at))).toBe(false);
  });

  test('names what failed, and what did not say what it should', () => {
    const file = page('```bash\nfalse | cat\n```\n\n```bash\necho three\n```\n\n<!-- expect four -->\n');
    const failures = runPage(ROOT, file).map(({ failure }) => failure);
    expect(failures[0]).toMatch(/^exit code 1/);
    expect(failures[1]).toMatch(/^it should say four, and says\nthree/);
  });

  test('writes over nothing', () => {
    expect(() => runPage(ROOT, page('```json file=package.json\n{}\n```\n'))).toThrow(/package\.json is there already/);
    expect(existsSync(join(ROOT, 'package.json'))).toBe(true);
  });

  test('must say of a block in another language, and of one that is not run, why', () => {
    expect(() => planOf(ROOT, page('```python\nprint()\n```\n'))).toThrow(/page\.md, line 1: nothing here runs python/);
    expect(() => blocksIn('```bash no-run\nls\n```\n', 'a.md')).toThrow(/a\.md, line 1: say why it is not run/);
    expect(blocksIn('```bash no-run: needs a GPU\nls\n```\n', 'a.md')).toMatchObject([{ notRun: 'needs a GPU' }]);
  });
});
