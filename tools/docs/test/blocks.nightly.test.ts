import { expect, test } from 'vitest';
import { planOf } from '../blocks/kinds.ts';
import { markdownFiles } from '../blocks/pages.ts';
import { runPage } from '../blocks/run.ts';
import { ROOT } from '../site/outline.ts';

// Every block that is not marked; those of the packages' examples have tests of their own.
const pages = markdownFiles().filter((file) =>
  planOf(ROOT, file).some(({ kind }) => ['shell', 'script'].includes(kind.kind)),
);

test.each(pages)('the code of %s runs', { timeout: 3_600_000 }, (file) => {
  const failures = runPage(ROOT, file).flatMap(({ block, failure }) =>
    failure === undefined ? [] : [`line ${block.line}: ${failure}`],
  );
  expect(failures).toEqual([]);
});
