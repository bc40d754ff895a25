import { useTensorFlow } from '@spatial-ensemble/engine';
import { runTiny } from '@spatial-ensemble/training/testing';
import { beforeAll, expect, it } from 'vitest';
import { moco } from '../src/index.ts';

beforeAll(() => useTensorFlow());

it.each(['none', 'sts'] as const)('with the teacher %s: trained, killed, gone on with, evaluated', async (kind) => {
  const { outcome } = await runTiny(moco, { teacher: { kind } });
  expect(outcome.lines.map(({ kind: line }) => line)).toContain('test');
});
