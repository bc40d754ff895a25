import { byol, RECIPES } from '@spatial-ensemble/byol';
import { runShared } from '@spatial-ensemble/training/testing';

// One of the processes of test/shared.nightly.test.ts. The statistics of batch norm are those of the whole batch.

const runs = await runShared(
  byol,
  { ...RECIPES.byol, teacher: { kind: 'sts', granularity: 'channel' } },
  { patch: (smoke) => ({ ...smoke, steps: 20, batch: 16 }), reordered: 'rows', args: process.argv.slice(2) },
);
process.stdout.write(JSON.stringify(runs), () => process.exit(0));
