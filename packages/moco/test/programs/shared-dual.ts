import { moco } from '@spatial-ensemble/moco';
import { runShared } from '@spatial-ensemble/training/testing';

// One of the processes of test/shared.nightly.test.ts. Groups of both sets of batch norm are shared out, keys are made in
// a shuffled order, and adversarial queries start where one process's would, all rows at once or one half after the other.

const runs = await runShared(
  moco,
  {
    teacher: { kind: 'sts', granularity: 'channel' },
    adversarial: { norm: 'l2', epsilon: 0.5, stepSize: 0.4, steps: 1, stream: 'dual', batchNorm: 'dual' },
  },
  {
    patch: (smoke) => ({
      ...smoke,
      steps: 8,
      batch: 16,
      network: { ...smoke.network, batchNorm: { ...smoke.network.batchNorm, groups: 8 } },
    }),
    reordered: { microBatch: 8 },
    args: process.argv.slice(2),
  },
);
process.stdout.write(JSON.stringify(runs), () => process.exit(0));
