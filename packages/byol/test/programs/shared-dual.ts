import { byol, RECIPES } from '@spatial-ensemble/byol';
import { runShared } from '@spatial-ensemble/training/testing';

// One of the processes of test/shared.nightly.test.ts. Both sets of batch norm have the statistics of the whole batch, and
// adversarial images start where one process's would.

const runs = await runShared(
  byol,
  {
    ...RECIPES.byol,
    teacher: { kind: 'sts', granularity: 'channel' },
    adversarial: { norm: 'l2', epsilon: 0.5, stepSize: 0.4, steps: 1, stream: 'dual', batchNorm: 'dual' },
  },
  { patch: (smoke) => ({ ...smoke, steps: 8, batch: 16 }), reordered: 'rows', args: process.argv.slice(2) },
);
process.stdout.write(JSON.stringify(runs), () => process.exit(0));
