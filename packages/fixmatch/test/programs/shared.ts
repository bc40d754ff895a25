import { fixmatch } from '@spatial-ensemble/fixmatch';
import { runShared } from '@spatial-ensemble/training/testing';

// One of the processes of test/shared.nightly.test.ts. Pseudo-labels are accepted from the first step on, so that both losses count;
// the rate is low, so that none changes: of two classes that are nearly as probable, rounding would choose.

const runs = await runShared(
  fixmatch,
  {
    teacher: { kind: 'sts', momentum: 0.9, granularity: 'channel' },
    pseudoLabels: { threshold: 0.11 },
    optimiser: { learningRate: 0.01 },
  },
  {
    patch: (smoke) => ({ ...smoke, steps: 20, batch: { ...smoke.batch, labelled: 8 } }),
    reordered: 'rows',
    args: process.argv.slice(2),
  },
);
process.stdout.write(JSON.stringify(runs), () => process.exit(0));
