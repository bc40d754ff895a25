import { moco } from '@spatial-ensemble/moco';
import { runShared } from '@spatial-ensemble/training/testing';

// One of the processes of test/shared.nightly.test.ts. Eight groups of batch norm, which processes share out, in a shuffled order,
// and two at once or one after the other.

const runs = await runShared(
  moco,
  { teacher: { kind: 'sts', granularity: 'channel' } },
  {
    patch: (smoke) => ({
      ...smoke,
      steps: 20,
      batch: 16,
      network: { ...smoke.network, batchNorm: { ...smoke.network.batchNorm, groups: 8 } },
    }),
    reordered: { microBatch: 8 },
    accumulating: { microBatch: 2 },
    args: process.argv.slice(2),
  },
);
process.stdout.write(JSON.stringify(runs), () => process.exit(0));
