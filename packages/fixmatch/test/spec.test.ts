import { parse } from '@spatial-ensemble/record';
import { describe, expect, it } from 'vitest';
import { fixmatch, FixMatchSpec, type FixMatchInput } from '../src/index.ts';

const specOf = (input: FixMatchInput): FixMatchSpec => FixMatchSpec.parse(input);

describe('the default spec', () => {
  const spec = specOf({});

  it("is the paper's for CIFAR-10 (google-research/fixmatch fixmatch.py)", () => {
    expect(spec).toMatchObject({
      steps: 1_048_576,
      batch: { labelled: 64, unlabelledRatio: 7, labelledOrder: 'independent' },
      network: { depth: 28, width: 2, padding: 'same', batchNorm: { epsilon: 1e-3, decay: 0.999 } },
      pseudoLabels: { from: 'teacher', threshold: 0.95, weight: 1 },
      optimiser: { learningRate: 0.03, schedule: 'cosine-7-16', momentum: 0.9, nesterov: true, weightDecay: 5e-4 },
      teacher: { kind: 'tma', momentum: { kind: 'constant', value: 0.999 }, buffers: 'copy' },
      augment: { flip: true, shift: 4, randAugment: 'fm-code', cutout: 16 },
    });
  });

  it('is whole: it parses to itself', () => {
    expect(specOf(spec)).toEqual(spec);
    expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
  });

  it("makes sts with the paper's preserve probability, by tensor", () => {
    expect(specOf({ teacher: { kind: 'sts' } }).teacher).toEqual({
      kind: 'sts',
      momentum: { kind: 'constant', value: 0.999 },
      preserve: { kind: 'constant', value: 0.5 },
      granularity: 'tensor',
      buffers: 'copy',
      firstCopy: 'whole',
    });
  });
});

describe('a spec', () => {
  it('takes a number for a constant', () => {
    const { teacher } = specOf({ teacher: { kind: 'tma', momentum: 0.9 } });
    expect(teacher).toMatchObject({ momentum: { kind: 'constant', value: 0.9 } });
  });

  it('has no adversary unless it is given one, whose numbers are those of Madry et al. for CIFAR-10', () => {
    expect(specOf({})).not.toHaveProperty('adversarial');
    expect(specOf({ adversarial: {} }).adversarial).toEqual({
      norm: 'linf',
      epsilon: 8 / 255,
      stepSize: 2 / 255,
      steps: 7,
    });
  });

  it.each([
    [{ teacher: { kind: 'tma', preserve: 0.5 } }, "unknown key 'preserve'"],
    [{ teacher: { kind: 'none', momentum: 0.5 } }, "unknown key 'momentum'"],
    [{ pseudoLabel: { threshold: 0.5 } }, "unknown key 'pseudoLabel'. Did you mean 'pseudoLabels'?"],
    [{ teacher: { kind: 'tma', buffers: 'own' } }, 'teacher.buffers'],
    [{ pseudoLabels: { threshold: 95 } }, 'pseudoLabels.threshold'],
    [{ teacher: { kind: 'tma', momentum: 1.1 } }, 'teacher.momentum: must be a number in [0, 1], got 1.1'],
    [
      { teacher: { kind: 'sts', preserve: 70 } },
      'teacher.preserve: must be a number in [0, 1], got 70. Did you pass a percentage? 70 % is 0.7',
    ],
    [
      { network: { depth: 27 } },
      'network.depth: must be 1 + groups · (2 · units + 1), with 3 groups 10, 16 or 28, got 27',
    ],
    [
      { adversarial: {}, pseudoLabels: { from: 'student' } },
      "adversarial: strong views are moved away from labels that are there before: it needs pseudoLabels.from = 'teacher'",
    ],
    [{ adversarial: { epsilon: 0 } }, 'adversarial.epsilon: must be a number above 0, got 0'],
    [{ network: { width: 0.3 } }, 'network.width: must make 16 · width a whole number of channels, got 0.3'],
  ])('refuses %j', (input, message) => {
    expect(() => parse(FixMatchSpec, input, 'the spec')).toThrow(message);
  });
});

it('what cannot be on images is said; labelled images may be fewer than their batch', () => {
  const parts = { labelled: 40, unlabelled: 447, heldOut: 0, notHeldOut: 447 };
  const tiny = { title: 'Tiny', channels: 1, height: 15, width: 20, classes: 4, parts };
  const teacher = { kind: 'sts', momentum: 1, preserve: { kind: 'warm-up', value: 1 } } as const;
  expect(fixmatch.check!(specOf({ teacher }), tiny)).toEqual([
    { key: 'network.classes', says: 'is 10, and Tiny has 4 classes: --set network.classes=4' },
    { key: 'network.channels', says: 'is 3, and Tiny has 1 channel: --set network.channels=1' },
    { key: 'teacher.momentum', says: 'is 1 at every step: the teacher would stay as it was before the first' },
    { key: 'batch.unlabelledRatio', says: 'a batch of 448 is more than the 447 unlabelled images that there are' },
    { key: 'augment.cutout', says: 'a square of 16 pixels is larger than the image, 15' },
  ]);
  const supervised = {
    network: { classes: 4, channels: 1 },
    pseudoLabels: { from: 'none' },
    augment: { cutout: 15 },
  } as const;
  expect(fixmatch.check!(specOf(supervised), tiny)).toEqual([]);
  expect([
    fixmatch.stride!(specOf({})),
    fixmatch.stride!(specOf({ network: { stemStride: 2, groups: 4, depth: 29 } })),
  ]).toEqual([4, 16]);
});

describe('streams', () => {
  const weak = [
    { op: 'flip', p: 0.5 },
    { op: 'shift', max: 4, mode: 'reflect' },
  ];

  it('are 64 labelled and 448 unlabelled images, the latter twice', () => {
    const { labelled, unlabelled } = fixmatch.bind(specOf({})).streams;
    expect(labelled).toEqual({ batch: 64, order: 'independent', views: { weak } });
    const strong = [...weak, { op: 'randaugment', variant: 'fm-code' }, { op: 'cutout', size: 16 }];
    expect(unlabelled).toEqual({ batch: 448, views: { weak, strong } });
  });

  it('are the labelled one alone in a supervised run', () => {
    expect(Object.keys(fixmatch.bind(specOf({ pseudoLabels: { from: 'none' } })).streams)).toEqual(['labelled']);
  });

  it('draw labelled images in epochs, and the side of the grey square, where that is declared', () => {
    const spec = specOf({ batch: { labelledOrder: 'epochs' }, augment: { cutout: [0, 0.5] } });
    const { labelled, unlabelled } = fixmatch.bind(spec).streams;
    expect(labelled!.order).toBe('epochs');
    expect(unlabelled!.views['strong']!.at(-1)).toEqual({ op: 'cutout', fraction: [0, 0.5] });
    expect(fixmatch.check!(spec, { title: 'Tiny', channels: 3, height: 15, width: 20, classes: 10 })).toEqual([]);
    expect(() => specOf({ augment: { cutout: [0, 16] } })).toThrow('cutout');
  });

  it('do not mirror digits', () => {
    const views = fixmatch.bind(specOf({ augment: { flip: false } })).streams;
    expect(views['labelled']!.views['weak']).toEqual([weak[1]]);
  });
});

describe('scheduled numbers', () => {
  it("follow FixMatch's cosine from 0.03 to 0.195 of it", () => {
    const spec = specOf({ steps: 1000 });
    const rates = [0, 500, 1000].map((step) => fixmatch.bind(spec).at(step)['learningRate']!);
    [0.03, 0.03 * 0.77301, 0.03 * 0.19509].forEach((rate, i) => expect(rates[i]).toBeCloseTo(rate, 6));
    expect(fixmatch.bind(specOf({ optimiser: { schedule: 'constant' } })).at(999)['learningRate']).toBe(0.03);
  });

  it('are m, p and 1 − (1 − p)(1 − m)', () => {
    const at = fixmatch.bind(specOf({ teacher: { kind: 'sts', momentum: 0.94, preserve: 0.5 } })).at(7);
    expect(at['momentumComplement']).toBeCloseTo(0.06, 12);
    expect(at['preserve']).toBe(0.5);
    expect(at['effectiveMomentum']).toBeCloseTo(0.97, 12);
  });

  it('warm up: the teacher is the student after the first update', () => {
    const spec = specOf({ teacher: { kind: 'tma', momentum: { kind: 'warm-up', value: 0.999 } } });
    expect([0, 1, 9, 99].map((step) => fixmatch.bind(spec).at(step)['momentumComplement'])).toEqual(
      [0, 0.5, 0.9, 0.99].map((m) => 1 - m),
    );
  });
});

it('arms of one effective momentum share it from the first update on', () => {
  const warmUp = 'effective';
  const arms = [
    { kind: 'tma', momentum: 0.97, warmUp },
    { kind: 'sts', momentum: 0.94, preserve: 0.5, warmUp },
    { kind: 'sts', momentum: 0.94, preserve: 0.5, granularity: 'network', warmUp },
    { kind: 'se', preserve: 0.97, warmUp },
  ] as const;
  const told = arms.map((teacher) => fixmatch.bind(specOf({ steps: 200, teacher })).at);
  for (let step = 0; step < 200; step++) {
    for (const at of told) {
      const { momentumComplement, preserve, effectiveMomentum } = at(step) as { readonly [name: string]: number };
      expect(effectiveMomentum).toBeCloseTo(Math.min(1 - 1 / (step + 1), 0.97), 12);
      expect(1 - (1 - preserve!) * momentumComplement!).toBeCloseTo(effectiveMomentum!, 12);
    }
  }
});

describe('evidence', () => {
  const shown = (spec: FixMatchSpec, name: string) => fixmatch.evidence!(spec).find((one) => one.name === name)?.value;

  it('is the effective momentum and the mean age that it tends to', () => {
    const spec = specOf({ steps: 2000, teacher: { kind: 'sts', momentum: 0.98, preserve: 0.5 } });
    expect(shown(spec, 'effectiveMomentum')).toBeCloseTo(0.99, 9);
    expect(shown(spec, 'meanAge')).toBeCloseTo(0.99 / 0.01, 6);
  });

  it('of se with p = m is that of tma with m', () => {
    const [se, tma] = [
      shown(specOf({ steps: 50, teacher: { kind: 'se', preserve: 0.94 } }), 'meanAge'),
      shown(specOf({ steps: 50, teacher: { kind: 'tma', momentum: 0.94 } }), 'meanAge'),
    ];
    expect(se).toBeCloseTo(tma!, 9);
  });

  it('is absent where the student is the teacher', () => {
    expect(fixmatch.evidence!(specOf({ teacher: { kind: 'none' } }))).toEqual([]);
  });
});
