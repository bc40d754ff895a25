import { expect, test } from 'vitest';
import type { Operation, Transforms } from '../src/operation.ts';
import { ALL } from '../src/operations.ts';
import { probability } from '../src/options.ts';

test('operations that draw the same transform apply it alike', () => {
  const applied = new Map<string, unknown>();
  for (const { op, transforms } of ALL)
    for (const [name, one] of Object.entries(transforms)) {
      expect(applied.get(name) ?? one, `${op} draws ${name}`).toBe(one);
      applied.set(name, one);
    }
  expect(applied.size).toBeGreaterThan(ALL.length);
  expect(new Set(ALL.map(({ op }) => op)).size).toBe(ALL.length);
});

test('the compiler wants a check for each option, and an application for each transform', () => {
  interface Step {
    readonly op: 'invert';
    readonly p: number;
    readonly from?: number;
  }
  const rest = { op: 'invert', draw: () => [{ op: 'inverted' as const }] } as const;
  const transforms = { inverted: { on: 'bytes', apply: () => undefined } } as const;
  const whole: Operation<Step, Transforms<'inverted'>> = {
    ...rest,
    needs: { p: probability },
    takes: { from: probability },
    transforms,
  };
  // @ts-expect-error `p` must be given: it stands in `needs`
  const unchecked: typeof whole = { ...whole, needs: {} };
  // @ts-expect-error `from` may be given
  const forgotten: typeof whole = { ...whole, takes: {} };
  // @ts-expect-error nothing says how it is applied
  const idle: typeof whole = { ...whole, transforms: {} };
  expect([unchecked, forgotten, idle].map(({ op }) => op)).toEqual(['invert', 'invert', 'invert']);
});
