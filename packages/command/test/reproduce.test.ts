import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identity, type Result } from '@spatial-ensemble/record';
import { readPlans } from '@spatial-ensemble/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FORMATS } from '../src/inventory/formats.ts';
import { cellStates } from '../src/inventory/why.ts';
import { runProgram } from '../src/program/program.ts';
import { type Kept, keptOf, reproduction, reproductionText, whyNot } from '../src/reproduce.ts';

const EXPERIMENT = join(import.meta.dirname, '../../../experiments/quickstart.experiment.ts');

let folder: string;
let accepted: string;
let kept: Kept;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'reproduce-'));
  accepted = join(folder, 'accepted');
  const run = ['run', EXPERIMENT, '--tier', 'smoke', '--arm', 'supervised', '--seed', '1'];
  const { done, said } = program(accepted, ...run);
  expect(await done, said.join('\n')).toBe(0);
  const plans = (await readPlans(accepted, expect.unreachable)).map(({ plan }) => plan);
  const { plan, arm, states } = await cellStates({ store: accepted, plans }, 'quickstart/supervised', {});
  [kept] = keptOf(plan, arm, states);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function program(runs: string, ...args: string[]): { done: Promise<number>; said: string[]; printed: string[] } {
  const [said, printed]: string[][] = [[], []];
  const surroundings = { runs, log: (line: string) => void said!.push(line), print: (text: string) => void printed!.push(text) }; // prettier-ignore
  return { done: runProgram(args, surroundings), said: said!, printed: printed! };
}

test('what was accepted is run again, by its own options and beside one’s own runs, to the same bits', async () => {
  const runs = join(folder, 'runs');
  const { done, printed, said } = program(runs, 'reproduce', 'quickstart/supervised', '--store', accepted, '--json');
  expect(await done, said.join('\n')).toBe(0);
  const document = FORMATS.reproduce.parse(JSON.parse(printed.join('\n')));
  expect(document).toMatchObject({ study: 'quickstart', arm: 'supervised', reproduced: true });
  expect(document.runs.map(({ outcome, seed, tier, runs: both }) => [outcome, seed, tier, both[0] === both[1]])).toEqual([['same bits', 1, 'smoke', true]]); // prettier-ignore
  expect(document.runs[0]!.measures.length).toBeGreaterThan(1);
  expect(existsSync(join(runs, 'reproduced', 'fixmatch'))).toBe(true);
  expect(existsSync(join(runs, 'fixmatch'))).toBe(false);
});

test('a cell without a result is an error, before anything is run', async () => {
  const runs = join(folder, 'none');
  const { done, said } = program(runs, 'reproduce', 'quickstart/tma', '--store', accepted);
  expect(await done).toBe(1);
  expect(said.join('\n')).toBe('quickstart, arm tma, has no result that could be made again there: it is not run');
  expect(existsSync(runs)).toBe(false);
});

describe('what came of it', () => {
  const again = (change: (result: Result) => Result): Kept => ({ ...kept, result: change(kept.result) });
  const onOther = (result: Result): Result => {
    const run = { ...result.run, arithmetic: { ...result.run.arithmetic, instructionSet: 'another' } };
    return { ...result, run, identity: identity(run) };
  };
  const moved = (result: Result, by: number): Result => ({
    ...result,
    measures: result.measures.map((one, i) => (i === 0 ? { ...one, value: one.value + by } : one)),
  });
  const of = (after: Kept, within?: number): ReturnType<typeof reproduction> =>
    reproduction('quickstart', 'supervised', [kept], [after], within);

  test('on the same arithmetic a bit decides, whatever is allowed elsewhere', () => {
    expect(
      of(
        again((result) => moved(result, 1e-9)),
        5,
      ).runs[0]!.outcome,
    ).toBe('other bits');
    const otherWeights = again((result) => ({ ...result, weights: 'f'.repeat(64) }));
    expect(of(otherWeights).runs[0]!.outcome).toBe('other bits');
    expect(whyNot(of(otherWeights))).toMatch(/gave other bits. `doctor` checks this machine/);
  });

  test('the classes’ names, which older results lack, are no bits', () => {
    expect(kept.result.classes).toHaveLength(10);
    const { classes: _, ...older } = kept.result;
    expect(of(again(() => older)).runs[0]!.outcome).toBe('same bits');
  });

  test('what a measure is called in words is no bit, and its unit is', () => {
    const called = (changes: object) =>
      again(({ measures, ...result }) => ({ ...result, measures: measures.map((one) => ({ ...one, ...changes })) }));
    expect(of(called({ title: 'other words' })).runs[0]!.outcome).toBe('same bits');
    expect(of(called({ unit: 'points' })).runs[0]!.outcome).not.toBe('same bits');
  });

  test('on another arithmetic it is judged by what was asked, and not at all where nothing was', () => {
    const after = again((result) => onOther(moved(result, 0.5)));
    expect(of(after)).toMatchObject({ reproduced: false, runs: [{ outcome: 'another arithmetic' }] });
    expect(whyNot(of(after))).toMatch(/Say with --within POINTS how far/);
    expect(of(after, 0.5)).toMatchObject({ reproduced: true, runs: [{ outcome: 'within' }] });
    expect(whyNot(of(after, 0.5))).toBeUndefined();
    expect(of(after, 0.4)).toMatchObject({ reproduced: false, runs: [{ outcome: 'too far' }] });
    expect(reproductionText(of(after, 0.4))).toContain('arithmetic.instructionSet: ');
  });

  test('the same bits are the same on whatever machine', () => {
    const onHeld = again(onOther);
    const held = of(onHeld);
    expect(held).toMatchObject({ reproduced: true, runs: [{ outcome: 'same bits' }] });
    expect(reproductionText(held)).toContain('arithmetic.instructionSet: ');
    const others = again((result) => onOther({ ...result, weights: 'f'.repeat(64) }));
    expect(of(others).runs[0]!.outcome).toBe('another arithmetic');
    expect(whyNot(of(others))).toMatch(/ONEDNN_MAX_CPU_ISA=AVX2/);
    // Made on this machine's arithmetic first, and then held at the other's: in either order.
    for (const both of [
      [others, onHeld],
      [onHeld, others],
    ])
      // prettier-ignore
      expect(reproduction('quickstart', 'supervised', [kept], both).runs[0]!.outcome).toBe('same bits');
    // Whatever else it says of the run counts as well.
    const fewer = again((result) => onOther({ ...result, splits: result.splits.slice(1) }));
    expect(of(fewer).runs[0]!.outcome).toBe('another arithmetic');
  });

  test('other images make another run, however near its numbers are', () => {
    const after = again((result) => {
      const data = { ...result.run.data, declared: { ...result.run.data.declared, heldOut: 1 } };
      return { ...result, run: { ...result.run, data } };
    });
    expect(of(after, 100)).toMatchObject({ reproduced: false, runs: [{ outcome: 'another run' }] });
  });

  test('a measure that is missing is not near', () => {
    const after = again((result) => onOther({ ...result, measures: result.measures.slice(1) }));
    expect(of(after, 100).runs[0]!.outcome).toBe('too far');
  });
});
