import { expect } from 'vitest';
import type { SharedRun, SharedRuns } from '../../packages/training/src/testing/run-shared.ts';
import { runProcesses } from './processes.ts';

/**
 * How much farther the weights of several processes may be from one process's than those of one process whose sums are in
 * another order: both are rounding of float32, which 20 steps of training multiply. One order is one draw of it; several
 * processes have more places where they sum in another (statistics, gradients, losses).
 */
const FACTOR = 10;
/** Where the other order changes nothing at all: 2⁻²⁴, a rounding in each of 20 steps. */
const LEAST = 20 * 2 ** -24;

/** The groups of a state, whose norms are compared: `state.student.params`. */
function distances(a: SharedRun, b: SharedRun): { readonly [group: string]: number } {
  const squares = new Map<string, { apart: number; size: number }>();
  expect(Object.keys(a.tensors)).toEqual(Object.keys(b.tensors));
  for (const [name, text] of Object.entries(a.tensors)) {
    const [own, other] = [text, b.tensors[name]!].map((one) => new Float32Array(Uint8Array.from(Buffer.from(one, 'base64')).buffer)); // prettier-ignore
    const group = name.split('.').slice(0, 3).join('.');
    const sum = squares.get(group) ?? { apart: 0, size: 0 };
    own!.forEach((value, i) => {
      sum.apart += (value - other![i]!) ** 2;
      sum.size += other![i]! ** 2;
    });
    squares.set(group, sum);
  }
  return Object.fromEntries([...squares].map(([group, { apart, size }]) => [group, Math.sqrt(apart / size)]));
}

/**
 * That the masks of two runs are the same bits, where the method draws any: some units kept, others moved.
 */
function checkMasks({ masks }: SharedRun, one: SharedRun): void {
  expect(masks).toEqual(one.masks);
  if (masks === undefined) return;
  expect(masks.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(masks.moved).toBeGreaterThan(0);
  expect(masks.moved).toBeLessThan(masks.all);
}

/**
 * Trains one run in one process and in several, which accumulate gradients too where the program says how, and compares:
 * weights within float32's rounding, masks and what does not depend on training bit for bit; the processes with each
 * other, and a run that was left and gone on with, bit for bit.
 *
 * @param program of `runShared`
 */
export async function checkSharedRuns(
  program: URL,
  counts: readonly number[],
  args: readonly string[] = [],
): Promise<void> {
  const [one] = await runProcesses<SharedRuns>(program, 0, args);
  const reordered = distances(one!.reordered!, one!.whole);
  for (const count of counts) {
    const all = await runProcesses<SharedRuns>(program, count, args);
    const [first] = all;
    const { whole: plain, accumulated } = first!;
    for (const [how, run] of Object.entries({ plain, ...(accumulated && { accumulated }) })) {
      for (const [group, distance] of Object.entries(distances(run, one!.whole)))
        expect(
          distance,
          `${group} in ${count} processes, ${how}; in another order: ${reordered[group]}`,
        ).toBeLessThanOrEqual(Math.max(FACTOR * reordered[group]!, LEAST));
      checkMasks(run, one!.whole);
      expect(run.weights).not.toBe('');
    }
    for (const other of all) expect(other.accumulated?.weights).toBe(accumulated?.weights);
    // It is summed in another order, which shows that it was.
    if (accumulated) expect(accumulated.weights).not.toBe(plain.weights);
    expect(first!.whole.lines.map(({ step, kind }) => [step, kind])).toEqual(one!.whole.lines.map(({ step, kind }) => [step, kind])); // prettier-ignore
    for (const { whole, again, resumed, leftAfter, left } of all) {
      expect(whole.looked).toEqual(one!.whole.looked);
      for (const run of [whole, resumed!, ...(again ? [again] : [])]) {
        expect(run.weights).toBe(first!.whole.weights);
        expect(run.lines).toEqual(first!.whole.lines);
      }
      // All have left at the same step, soon after one of them wished to.
      expect(leftAfter).toBe(first!.leftAfter);
      expect(leftAfter).toBeGreaterThan(5);
      expect(leftAfter).toBeLessThan(10);
      expect(left).toBe(0);
    }
  }
  expect(one!.left).toBe(0);
}
