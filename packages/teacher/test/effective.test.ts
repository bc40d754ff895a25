import { expect, it } from 'vitest';
import { effectiveOf, teacherScalars, teacherSpec } from '../src/index.ts';

const Spec = teacherSpec({ momentum: 0.99, preserve: 0.5, buffers: ['own'] });

it.each([
  { momentum: 0.94, preserve: 0.5 },
  { momentum: { kind: 'constant', value: 0.9 }, preserve: 0.7 },
  { momentum: { kind: 'cosine', value: 0.99 }, preserve: 0.7 },
  { momentum: 0.99, preserve: { kind: 'cosine', value: 0.7 } },
] as const)('is at every step what %j comes to', (sts) => {
  const [masked, plain] = [
    Spec.parse({ kind: 'sts', ...sts }),
    Spec.parse({ kind: 'tma', momentum: effectiveOf(sts) }),
  ];
  for (const step of [0, 1, 17, 50, 99]) {
    const { effectiveMomentum } = teacherScalars(masked, step, 100);
    expect(teacherScalars(plain, step, 100).effectiveMomentum).toBeCloseTo(effectiveMomentum, 12);
  }
});

it('is written as the momentum is', () => {
  expect(effectiveOf({ momentum: 0.94, preserve: 0.5 })).toBe(0.97);
  expect(effectiveOf({ momentum: { kind: 'cosine', value: 0 }, preserve: 0.7 })).toEqual({
    kind: 'cosine',
    value: 0.7,
  });
});

it.each([
  [{ momentum: { kind: 'warm-up', value: 0.9 }, preserve: 0.5 }, 'momentum warm-up and preserve constant'],
  [
    { momentum: { kind: 'cosine', value: 0.9 }, preserve: { kind: 'cosine', value: 0.5 } },
    'momentum cosine and preserve cosine',
  ],
] as const)('refuses %j, which is no schedule', (sts, message) => {
  expect(() => effectiveOf(sts)).toThrow(message);
});
