import { expect, test } from 'vitest';
import { partsOf, profileTable } from '../bench/profile.ts';

test('every op is of one part, and what fits none is the rest', () => {
  const ops = {
    FusedConv2D: 0.25,
    BatchMatMulV2: 0.125,
    FusedBatchNormGradV3: 0.125,
    Add: 0.0625,
    AddN: 0.0625,
    AssignVariableOp: 0.125,
    StatelessRandomUniformV2: 0.125,
    Sum: 0.125,
  };
  const times = Object.entries(ops).map(([op, share]) => ({ op, share, count: 1, ms: share, gflops: undefined }));
  expect(Object.fromEntries(partsOf(times))).toEqual({
    'convolutions, products': 0.375,
    'batch norm': 0.125,
    variables: 0.125,
    draws: 0.125,
    elementwise: 0.125,
    'the rest': 0.125,
  });
  expect(profileTable([['a', '1', '2', '3', '4', '5', '6', '7']]).split('\n')[0]).toMatch(
    /^\| workload \| convolutions, products \| batch norm \| .* \| no op runs \|$/,
  );
});
