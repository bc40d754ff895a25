import { linearEvaluation } from '@spatial-ensemble/evaluation';
import { bound } from '@spatial-ensemble/training';
import { runShared } from '@spatial-ensemble/training/testing';
import { tinyPretraining } from '../tiny-pretraining.ts';

// One of the processes of test/shared.nightly.test.ts: the protocol with batch norm, on features that are computed once.

const TINY = { steps: 2, features: 32, pixels: 784 };
const runs = await runShared(
  linearEvaluation(tinyPretraining),
  { protocol: 'sts', whose: 'teacher', classes: 10, images: 20, augment: { kind: 'none' }, pretraining: TINY },
  {
    patch: (smoke) => ({ ...smoke, images: 20, epochs: 4 }),
    reordered: 'rows',
    from: bound(tinyPretraining, TINY),
    args: process.argv.slice(2),
  },
);
process.stdout.write(JSON.stringify(runs), () => process.exit(0));
