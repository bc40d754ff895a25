/**
 * FixMatch on SVHN with few labels: the question of fixmatch-cifar10 on digits, with the settings of the FixMatch paper.
 *
 * Paper: none of its cells: whether it has SVHN is not known to us.
 * Expected: nothing is judged by a published number. TorchSSL reports 96.19, 97.98, 98.04 for FixMatch with 40, 250, 1,000
 * labels (TorchSSL/TorchSSL@f26e1d42 README.md): the best on the test images, by other code.
 * Cost: that of fixmatch-cifar10, whose network and length it has: said by the command before it starts.
 * Command: npx nx run experiments:fixmatch-svhn --gpu
 *
 * DEVIATION: the same number of labels of each digit; the official code takes them by the digits' shares
 * (google-research/fixmatch@d4985a15 scripts/create_split.py).
 * DEVIATION: 500 training images are held out for the curves, so that the test set is not looked at while training;
 * the official code skips one.
 */
import { svhn } from '@spatial-ensemble/datasets';
import { fixmatch } from '@spatial-ensemble/fixmatch';
import { defineExperiment } from '@spatial-ensemble/study';
import { ARMS, DESCRIPTION, HARDWARE, officialRecipes, TEACHING } from './settings/fixmatch-cifar.ts';

// A mirrored digit is another one: google-research/fixmatch@d4985a15 libml/augment.py mirrors all images but SVHN's.
const DIGITS = { augment: { flip: false } } as const;

export default defineExperiment(
  fixmatch,
  {
    name: 'fixmatch-svhn',
    title: 'FixMatch on digits with 40 to 1,000 labels',
    description: DESCRIPTION,
    paper: [],
    recipes: officialRecipes(DIGITS),
    cost: {
      flopPerSecond: 15e12,
      hardware: HARDWARE,
      basis: 'traced arithmetic at a quarter of 60 TFLOP/s',
    },
    // Both files of training images are one set there (scripts/create_split.py).
    data: { source: 'svhn', extra: true, labelled: 40, unlabelled: 'all', heldOut: 500 },
    spec: { ...DIGITS, ...TEACHING },
    variants: {
      'labels-40': { title: '40 labels' },
      'labels-250': { title: '250 labels', patch: { data: { labelled: 250 } } },
      'labels-1000': { title: '1,000 labels', patch: { data: { labelled: 1000 } } },
    },
    arms: ARMS,
    seeds: [1, 2, 3, 4, 5],
    tiers: { paper: {} },
    headline: { metric: 'accuracy', whose: 'teacher', rule: 'median-last-20' },
  },
  { dataSets: [svhn] },
);
