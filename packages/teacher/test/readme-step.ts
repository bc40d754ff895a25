// What the tests of the methods' READMEs share: each example is one step of a tiny network.
import { useTensorFlow } from '@spatial-ensemble/engine';
import { relativeDistance, type Variables } from '@spatial-ensemble/nn';
import { expect } from 'vitest';
import { runExample } from '../../../tools/vitest/readme-example.ts';

/** Expects the step of a README's example to keep the state's form, to move the student, and to show what is declared. */
export async function expectStep(readme: URL, declared: object): Promise<void> {
  await useTensorFlow();
  const example = await runExample(readme, ['state', 'next', 'metrics']);
  const [before, after] = [example.state, example.next] as { readonly student: Variables }[];
  const names = (of: unknown): string[] => Object.keys(of as object).toSorted();
  expect(names(after)).toEqual(names(before));
  expect(names(example.metrics)).toEqual(names(declared));
  const moved = relativeDistance(after!.student.params, before!.student.params).dataSync()[0]!;
  expect(moved).toBeGreaterThan(0);
  expect(moved).toBeLessThan(1);
}
