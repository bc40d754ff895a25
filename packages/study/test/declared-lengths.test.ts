import { expect, test } from 'vitest';
import { declaredLengths, type ResolvedRun } from '../src/index.ts';

const run = (steps: number, declaredSteps?: number): ResolvedRun =>
  ({ steps, changed: declaredSteps === undefined ? undefined : { overrides: ['batch=50'], declaredSteps } }) as ResolvedRun; // prettier-ignore

test('runs are worth what they are of declared ones; one that takes no step is worth one of them', () => {
  expect(declaredLengths([run(100), run(100, 400), run(0), run(0, 0)])).toBe(1 + 0.25 + 1 + 1);
});
