import { expect, test } from 'vitest';
import { runProcesses } from '../../../tools/vitest/processes.ts';

const program = new URL('./programs/neighbours.ts', import.meta.url);

interface Said {
  readonly tied: readonly number[];
  readonly measures: readonly (readonly [string, number])[];
  /** Lines of a run that looks while it trains. */
  readonly meanwhile: readonly { readonly step: number; readonly values: { readonly [key: string]: number } }[];
  readonly largeTop1: number;
  /** Of its part of a bank: 1 where a process holds that and nothing else. */
  readonly share: number;
}

test('two and three processes, each with its part of the bank, count what one does, to the last query', async () => {
  const [one] = (await runProcesses<Said>(program, 0)) as [Said];
  const { share: _, ...counted } = one;
  expect(new Set(one.tied).size).toBeGreaterThan(10);
  expect(one.measures.map(([name]) => name)).toEqual(['knn', 'knn-k', 'knn-pixels', 'knn-pixels-k', 'knn-pca', 'knn-pca-k']); // prettier-ignore
  expect(one.meanwhile.map(({ step }) => step)).toEqual([0, 1, 2]);
  expect(Object.keys(one.meanwhile[0]!.values)).toEqual(['knn-held-out teacher', 'knn-held-out student']);
  for (const count of [2, 3])
    for (const { share, ...own } of await runProcesses<Said>(program, count)) {
      expect(own, `of ${count}`).toEqual(counted);
      expect(share, `of ${count}`).toBeGreaterThan(0.9);
      expect(share, `of ${count}`).toBeLessThan(1.2);
    }
}, 600_000);
