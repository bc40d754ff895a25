import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type DataSet, imageSet } from '@spatial-ensemble/datasets';
import { key } from '@spatial-ensemble/random';
import { hash } from '@spatial-ensemble/record';
import { afterAll, expect, test } from 'vitest';

import { prepareData } from '../src/data.ts';

const folder = mkdtempSync(join(process.cwd(), '.labels-'));
afterAll(() => rmSync(folder, { recursive: true }));

const SET: DataSet = {
  name: 'squares',
  title: 'Squares',
  options: {},
  known: () => ({ height: 1, width: 1, channels: 1, classes: 2, perClass: 4 }),
  load: (_, { split }) =>
    Promise.resolve(
      imageSet({
        name: 'squares',
        title: 'Squares',
        split,
        officialOrder: true,
        height: 1,
        width: 1,
        channels: 1,
        classes: ['a', 'b'],
        images: Uint8Array.from({ length: 8 }, (_, i) => i),
        labels: [0, 1, 0, 1, 0, 1, 0, 1],
      }),
    ),
};

test('a run has the labels that a file names, and its result says which', async () => {
  const text = '[5, 0, 2]';
  const file = join(folder, 'labels.json');
  writeFileSync(file, text);
  const labelled = { indices: relative(process.cwd(), file), sha256: createHash('sha256').update(text).digest('hex') };
  const declared = { source: 'squares', labelled, unlabelled: 'all', heldOut: 2 };
  const [one, other] = await Promise.all(
    [1, 2].map((seed) => prepareData({ dataSet: SET, data: declared }, key(seed))),
  );
  for (const { split, splits } of [one!, other!]) {
    expect(split.labelled).toEqual([0, 2, 5]);
    expect(splits[0]).toEqual({ name: 'labelled', images: 3, indices: hash([0, 2, 5]), perClass: [2, 1] });
    expect(splits[2]).toMatchObject({ name: 'held-out', images: 2, perClass: [1, 1] });
    expect([...split.unlabelled, ...split.heldOut].toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  }
  const wrong = { ...declared, labelled: { ...labelled, sha256: 'a'.repeat(64) } };
  await expect(prepareData({ dataSet: SET, data: wrong }, key(1))).rejects.toThrow(
    /is not the file that the study means/,
  );
});
