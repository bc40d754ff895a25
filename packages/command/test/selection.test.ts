import { fashionMnist } from '@spatial-ensemble/datasets';
import { announce, defineExperiment, planOf, resolveRuns, type Selection, variantsAt } from '@spatial-ensemble/study';
import { describe, expect, test } from 'vitest';
import { softmaxRegression } from '../../training/test/softmax-regression.ts';
import { EXPERIMENT, resolved } from './declared.ts';

const named = (selection: Selection): string[] =>
  resolved(selection).map(({ tier, variant, arm, seed }) => [tier, variant, arm, seed].join(' '));

const NO_HISTORY = { declared: { hash: '0'.repeat(64), after: [] }, before: undefined };

describe('which runs a selection asks for', () => {
  test('the first tier and variant, all arms and seeds', () => {
    expect(named({})).toEqual(['paper few slow 1', 'paper few slow 2', 'paper few fast 1', 'paper few fast 2']);
    expect(named({ tier: 'small', variant: 'many', arms: ['fast'] })).toEqual(['small many fast 5']);
    expect(named({ arms: ['fast'], seeds: [7] })).toEqual(['paper few fast 7']);
  });

  test('base, tier, variant, arm, --set: the later one wins', () => {
    const [run] = resolved({
      tier: 'small',
      variant: 'many',
      arms: ['fast'],
      overrides: ['steps=3', 'data.unlabelled=rest'],
    });
    expect(run).toMatchObject({
      spec: { steps: 3, batch: 8, momentum: 0.9 },
      data: { source: 'fashion-mnist', labelled: 100, unlabelled: 'rest' },
      steps: 3,
    });
  });

  test('a tier has its own differences of arms, and its own choice of what the plain command runs', () => {
    const { study } = EXPERIMENT;
    const small = { ...study.tiers.small!, arms: { fast: { spec: { momentum: 0.5 } } }, plainArms: ['fast'] };
    const experiment = { ...EXPERIMENT, study: { ...study, tiers: { ...study.tiers, small } } };
    const runs = (selection: Selection) =>
      resolveRuns(experiment, { tier: 'small', ...selection }).map(({ arm, spec }) => [arm, spec['momentum']]);
    expect(runs({})).toEqual([['fast', 0.5]]);
    expect(runs({ arms: ['slow'] })).toEqual([['slow', 0.99]]);
    expect(
      planOf(experiment, resolveRuns(experiment, { tier: 'small' }), NO_HISTORY).runs.map(({ arm }) => arm),
    ).toEqual(['slow', 'fast']);
  });

  test('a variant exists at the tiers that it names', () => {
    const { study } = EXPERIMENT;
    const many = { ...study.variants!['many']!, tiers: ['paper' as const] };
    const experiment = { ...EXPERIMENT, study: { ...study, variants: { ...study.variants, many } } };
    expect(variantsAt(experiment.study, 'paper')).toEqual(['few', 'many']);
    expect(variantsAt(experiment.study, 'small')).toEqual(['few']);
    expect(() => resolveRuns(experiment, { tier: 'small', variant: 'many' })).toThrow(
      "the variant 'many' does not exist at the tier 'small'; there is few",
    );
  });

  test('--set selects a variant and arms too', () => {
    const overrides = ['variant=many', 'arm=fast', 'steps=7'];
    expect(named({ tier: 'small', overrides })).toEqual(['small many fast 5']);
    expect(resolved({ tier: 'small', overrides })[0]).toMatchObject({ steps: 7, changed: { overrides: ['steps=7'] } });
    expect(resolved({ tier: 'small', overrides: ['variant=many'] })[0]!.changed).toBe(undefined);
    expect(() => resolved({ overrides: ['arm=slo'] })).toThrow("no arm 'slo'");
  });

  test.each(['arms', 'plainArms'])('%s of a tier name arms that there are', (key) => {
    const small = { arms: { slo: { spec: { momentum: 0.5 } } }, plainArms: ['slo'] };
    const { study } = EXPERIMENT;
    const tiers = { small: { [key]: small[key as 'arms'] } };
    const { method: _, ...declared } = study;
    expect(() =>
      defineExperiment(softmaxRegression, { ...declared, tiers } as never, { dataSets: [fashionMnist] }),
    ).toThrow("no arm is called 'slo'; there are slow, fast");
  });

  test('--set reaches what may be declared of images and is not', () => {
    const overrides = ['data.source=imagenet', 'data.folder=val', 'data.images=null'];
    const [run] = resolved({ arms: ['slow'], overrides });
    expect(run!.data).toEqual({ source: 'imagenet', folder: 'val', labelled: 40, unlabelled: 'all', heldOut: 100 });
    expect(() => resolved({ overrides: ['data.heldOut=null'] })).toThrow(/heldOut: is missing/);
  });

  test('seeds of parts are those of the run, but for what the study keeps; evaluations have the same', () => {
    const experiment = { ...EXPERIMENT, study: { ...EXPERIMENT.study, fixedSeeds: { split: 5 } } };
    const [declared] = resolveRuns(EXPERIMENT, { arms: ['slow'], seeds: [7] });
    const [kept] = resolveRuns(experiment, { arms: ['slow'], seeds: [7] });
    expect(declared!.seeds).toEqual({ split: 7, weights: 7, training: 7 });
    expect(kept).toMatchObject({ seed: 7, seeds: { split: 5, weights: 7, training: 7 } });
    expect(kept!.declaration).not.toBe(declared!.declaration);
    for (const one of kept!.evaluations) expect(one.seeds).toEqual(kept!.seeds);
  });

  test('crossed seeds give a run the split and the training that its seed names', () => {
    const crossed = { splits: [5, 6], trainings: [1, 2] };
    const experiment = { ...EXPERIMENT, study: { ...EXPERIMENT.study, crossed, seeds: [1, 2, 3, 4] } };
    const runs = resolveRuns(experiment, { arms: ['slow'], seeds: [1, 4] });
    expect(runs.map(({ seeds }) => seeds)).toEqual([
      { split: 5, weights: 1, training: 1 },
      { split: 6, weights: 2, training: 2 },
    ]);
    // The same split and the same training are the same run, whatever names them.
    const plain = { ...EXPERIMENT, study: { ...EXPERIMENT.study, fixedSeeds: { split: 5 } } };
    expect(resolveRuns(plain, { arms: ['slow'], seeds: [1] })[0]!.declaration).toBe(runs[0]!.declaration);
    expect(() => resolveRuns(experiment, { seeds: [9] })).toThrow(/there is no seed 9\./);
  });

  test('which checkpoints the test set is looked at is part of what is declared', () => {
    const headline = { ...EXPERIMENT.study.headline, rule: 'median-last-20' as const };
    const experiment = { ...EXPERIMENT, study: { ...EXPERIMENT.study, headline } };
    const steps = { arms: ['slow'], overrides: ['steps=20'] };
    const [last] = resolveRuns(EXPERIMENT, steps);
    const [median] = resolveRuns(experiment, steps);
    expect([last!.testPoints, median!.testPoints]).toEqual([1, 20]);
    expect(median!.declaration).not.toBe(last!.declaration);
  });

  test('smoke derives from any tier, on images that are always here, and obeys --set', () => {
    const [run] = resolved({ tier: 'smoke', arms: ['slow'] });
    expect(run).toMatchObject({ seed: 1, steps: 2, data: { source: 'fashion-mnist', images: 'sample' } });
    expect(resolved({ tier: 'smoke', overrides: ['steps=4'] })[0]!.steps).toBe(4);
  });

  test.each<[Selection, RegExp]>([
    [{ arms: ['slo'] }, /no arm 'slo'. Did you mean 'slow'\?/],
    [{ variant: 'lots' }, /no variant 'lots'. Valid here: few, many/],
    [{ tier: 'tiny' as never }, /no tier 'tiny'/],
    [{ overrides: ['momentun=0.5'] }, /unknown key 'momentun'. Did you mean 'momentum'\?.*arm slow/],
    [{ overrides: ['data.labeled=10'] }, /unknown key 'labeled'. Did you mean 'labelled'\?/],
    [{ overrides: ['momentum=95'] }, /the spec of tiny, arm slow is not valid:\n {2}- momentum/],
    [{ overrides: ['momentum'] }, /--set expects key=value/],
    [{ overrides: ['steps=3', 'momentum=0.5', 'steps=4'] }, /--set steps is given twice, 'steps=3' and 'steps=4'/],
    [{ arms: ['fast'], overrides: ['arm=slow'] }, /--set arm=slow and --arm fast both choose: keep one of them/],
    [{ variant: 'few', overrides: ['variant=many'] }, /--set variant=many and --variant few both choose/],
    [{ overrides: ['variant=many', 'variant=few'] }, /--set variant is given twice, many and few/],
    [{ overrides: ['arm=fast', 'arm=fast'] }, /--arm fast is given twice/],
    [{ arms: ['fast', 'slow', 'fast'] }, /--arm fast is given twice/],
    [{ seeds: [7, 1, 7] }, /--seed 7 is given twice/],
    [{ seeds: [2 ** 32] }, /--seed takes a whole number from 0 to 4294967295, got 4294967296/],
    [{ seeds: [1e22] }, /--seed takes a whole number from 0 to 4294967295, got 1e\+22/],
    [{ seeds: [0.5] }, /--seed takes a whole number from 0 to 4294967295, got 0\.5/],
    [{ overrides: ['tier=small'] }, /--set tier=small: it is an option of its own, --tier small/],
    [{ overrides: ['seed=3'] }, /--set seed=3: it is an option of its own, --seed 3/],
    [
      { overrides: ['data.folder=val'] },
      /data\.folder: .*has no option `folder`\. It is an option of imagenet\..*--set data\.folder=null/,
    ],
    [{ overrides: ['data.shrinkTo=64'] }, /data\.shrinkTo: .* It is an option of imagenet/],
    [{ overrides: ['data.source=cifar10'] }, /data\.images: .* It is an option of fashion-mnist/],
    [
      { overrides: ['momentum=95', 'batch=0.5', 'data.labelled=none'] },
      /batch: must be a whole number from 1 up, got 0\.5\n.*momentum: must be a number in \[0, 1\], got 95\. Did you pass a percentage\? 95 % is 0\.95\n.*data\.labelled: must be a whole number from 1 up, 'all', an object with the keys indices, sha256, an object with the keys paths, sha256, an object with the keys fold, an object with the keys perClass or an object with the keys most, imbalance, got "none"/,
    ],
  ])('%j is refused', (selection, message) => {
    expect(() => resolved(selection)).toThrow(message);
  });

  test('a declaration changes with what is computed, and with nothing else', () => {
    const of = (selection: Selection): string => resolved({ arms: ['slow'], seeds: [1], ...selection })[0]!.declaration;
    expect(of({})).toBe(of({ overrides: ['momentum=0.99'] }));
    expect(
      new Set([
        of({}),
        of({ seeds: [2] }),
        of({ arms: ['fast'] }),
        of({ variant: 'many' }),
        of({ overrides: ['steps=99'] }),
      ]).size,
    ).toBe(5);
  });
});

test('what is published and what it costs are said first', () => {
  expect(announce(EXPERIMENT.study, resolved({}))).toEqual([
    'Tiny',
    '4 runs (paper, 40 labels); about 2 GPU hours on a GPU (measured)',
    'Published (tiny/fast-few): 60 %, Table 1; reproduced here means within ±2 (Table 2)',
  ]);
  expect(announce(EXPERIMENT.study, resolved({ tier: 'small', variant: 'many' }))[1]).toBe(
    '2 runs (small, 100 labels); about 4 minutes on 2 CPU cores (measured)',
  );
  // Four times the steps take four times the time; one run of two takes half of it.
  const longer = resolved({ tier: 'small', variant: 'many', arms: ['slow'], overrides: ['steps=40'] });
  expect(announce(EXPERIMENT.study, longer)[1]).toBe(
    '1 run (small, 100 labels); about 8 minutes on 2 CPU cores (measured; by the steps of --set)',
  );
  expect(announce(EXPERIMENT.study, resolved({ tier: 'smoke', arms: ['slow'] }))[1]).toMatch(
    /^1 run \(smoke, 40 labels\), seconds each/,
  );
});
