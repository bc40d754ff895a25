import { moco } from '@spatial-ensemble/moco';
import { runShared } from '@spatial-ensemble/training/testing';

// One of the processes of test/shared.nightly.test.ts. Four groups of batch norm, which processes share out, in a shuffled order.

const runs = await runShared(
  moco,
  { teacher: { kind: 'sts', granularity: 'channel' } },
  {
    patch: (smoke) => ({
      ...smoke,
      steps: 20,
      batch: 16,
      network: { ...smoke.network, batchNorm: { ...smoke.network.batchNorm, groups: 4 } },
    }),
    reordered: { microBatch: 8 },
    args: process.argv.slice(2),
  },
);
process.stdout.write(JSON.stringify(runs), () => process.exit(0));
