import { byol, ByolSpec, givenBy, networksOf, RECIPES, RES_NET as BYOL_RES_NET } from '@spatial-ensemble/byol';
import { onlineProbe } from '@spatial-ensemble/evaluation';
import { classifierOf, fixmatch, FixMatchSpec, scaled, WIDE_RES_NET } from '@spatial-ensemble/fixmatch';
import { keyed } from '@spatial-ensemble/engine';
import type { HostTensor } from '@spatial-ensemble/engine';
import { moco, MocoSpec, networkOf, RES_NET as MOCO_RES_NET } from '@spatial-ensemble/moco';
import { featuresOf, RESNET_18_CIFAR, standardised, type ResNetOptions } from '@spatial-ensemble/nn';
import { key } from '@spatial-ensemble/random';
import { unitsOf, type Granularity, type Units } from '@spatial-ensemble/smoothing';
import type { Trainable } from '@spatial-ensemble/training';
import * as tf from '@tensorflow/tfjs-core';
import { images, labels } from './pictures.ts';
import { perturbed, WELL_CONDITIONED } from './perturbed.ts';
import type { Subject, SubjectState, SubjectStep } from './subject.ts';

/** `!` below, on streams and views: each subject's own batch has them. */
const CLASSES = 10;
/** Where in its schedules a run stands: past the warm-up. */
const BEGIN = 30;

/** A teacher as a spec writes it. */
export type TeacherInput =
  | { readonly kind: 'tma'; readonly momentum: number }
  | { readonly kind: 'se'; readonly preserve: number; readonly granularity: Granularity }
  | { readonly kind: 'sts'; readonly momentum: number; readonly preserve: number; readonly granularity: Granularity };

/** The first state: an independent teacher, and norms, biases and statistics that are not all 0 and 1. */
function firstOf({ init }: Trainable): () => SubjectState {
  return () => {
    const [one, other] = [1, 2].map((seed) => init(key(seed)) as SubjectState) as [SubjectState, SubjectState];
    const { teacher, ...rest } = other;
    tf.dispose([rest, one.teacher] as tf.TensorContainer);
    return perturbed({ ...one, teacher: teacher! }, key(3));
  };
}

function unitsFor(teacher: TeacherInput, params: Parameters<typeof unitsOf>[0]): { readonly units?: Units } {
  return 'granularity' in teacher ? { units: unitsOf(params, teacher.granularity) } : {};
}

function probeMetas(network: ResNetOptions): Subject['metas']['student'] {
  return onlineProbe({ features: featuresOf(network), classes: CLASSES }, { momentum: 0 }).metas;
}

function twoViews(count: number, size: number) {
  return (step: number) => ({
    unlabelled: {
      one: images(count, size, `one ${step}`),
      two: images(count, size, `two ${step}`),
      labels: labels(count),
    },
  });
}

/** BYOL by a recipe, on ResNet-18 for images of 32 pixels. */
export function byolSubject(name: string, recipe: keyof typeof RECIPES, teacher: TeacherInput): Subject {
  const base = RECIPES[recipe];
  const small = { hidden: 1024, outputs: 256 };
  const spec = ByolSpec.parse({
    ...base,
    images: 1600,
    batch: 16,
    steps: 200,
    epochs: 2,
    network: {
      ...base.network,
      ...RESNET_18_CIFAR,
      ...WELL_CONDITIONED,
      batchNorm: base.network.batchNorm,
      projector: { ...base.network.projector, ...small },
      predictor: { ...base.network.predictor, ...small },
    },
    warmUp: { ...base.warmUp, epochs: 0.2 },
    // At the recipe's rate for 256 images the first updates are lost in rounding.
    optimiser: { ...base.optimiser, learningRate: 4 },
    teacher: { ...teacher, buffers: 'own' },
    probe: { classes: CLASSES },
  });
  const bare = ByolSpec.parse({
    ...spec,
    optimiser: { kind: 'sgd', learningRate: 1, momentum: 0, weightDecay: 0 },
    probe: { ...spec.probe, momentum: 0 },
  });
  const { online, target } = networksOf(spec, givenBy(BYOL_RES_NET, spec.network));
  const trained = byol.bind(spec);
  const { kind, learningRate: _, ...options } = spec.optimiser;
  return {
    name,
    config: {
      method: 'byol',
      network: spec.network,
      follows: spec.follows,
      teacher: spec.teacher,
      probeMomentum: spec.probe.momentum,
      optimiser:
        kind === 'sgd'
          ? { kind, options: { ...options, nesterov: false, decays: 'everything' } }
          : { kind: 'lars-deepmind', options },
    },
    step: trained.step as SubjectStep,
    bare: byol.bind(bare).step as SubjectStep,
    forward: ({ student }, { unlabelled }) => {
      const outputs = (['one', 'two'] as const).map((view) => {
        const x = standardised(unlabelled![view]!, spec.network);
        const { features, projection, prediction } = online.apply(student, x, { mode: 'train' });
        return Object.entries({ features, projection, prediction }).map(([what, y]) => [`student/${view}/${what}`, y] as const); // prettier-ignore
      });
      return Object.fromEntries(outputs.flat());
    },
    first: firstOf(trained),
    metas: { student: online.metas, teacher: target.metas, probe: probeMetas(spec.network as ResNetOptions) },
    batch: twoViews(spec.batch, 32),
    scalars: (step) => trained.at(BEGIN + step),
    ...unitsFor(teacher, target.metas.params),
  };
}

/** MoCo v2 on ResNet-18 for images of 32 pixels, batch norm in 4 groups of 4, a queue of 64. */
export function mocoSubject(name: string, teacher: TeacherInput): Subject {
  const [batch, queue] = [16, 64];
  const { batchNorm, ...network } = RESNET_18_CIFAR;
  const spec = MocoSpec.parse({
    images: 1600,
    batch,
    queue,
    steps: 200,
    epochs: 2,
    network: {
      ...network,
      ...WELL_CONDITIONED,
      units: [...network.units],
      batchNorm: { ...batchNorm, groups: 4 },
      projector: { hidden: 512 },
    },
    optimiser: { learningRate: 4 },
    teacher: { ...teacher, buffers: 'own' },
    probe: { classes: CLASSES },
  });
  const bare = MocoSpec.parse({ ...spec, optimiser: { learningRate: 1, momentum: 0, weightDecay: 0 }, probe: { ...spec.probe, momentum: 0 } }); // prettier-ignore
  const projecting = networkOf(spec, MOCO_RES_NET.encoder(spec.network));
  const trained = moco.bind(spec);
  const { momentum, weightDecay } = spec.optimiser;
  return {
    name,
    config: {
      method: 'moco',
      network: spec.network,
      temperature: spec.temperature,
      follows: 'before-step',
      teacher: spec.teacher,
      probeMomentum: spec.probe.momentum,
      optimiser: { kind: 'sgd', options: { momentum, weightDecay, nesterov: false, decays: 'everything' } },
    },
    step: trained.step as SubjectStep,
    bare: moco.bind(bare).step as SubjectStep,
    forward: ({ student }, { unlabelled }) => {
      const x = standardised(unlabelled!['one']!, spec.network);
      const { features, projection } = projecting.apply(student, x, { mode: 'train' });
      return { features, queries: projection };
    },
    first: firstOf(trained),
    metas: { student: projecting.metas, teacher: projecting.metas, probe: probeMetas(spec.network) },
    batch: twoViews(batch, 32),
    scalars: (step) => trained.at(BEGIN + step),
    ...unitsFor(teacher, projecting.metas.params),
    drawn: (at) => ({ order: onHost(keyed.permutation(at.fold('shuffle'), batch)) }),
  };
}

function onHost(tensor: tf.Tensor): HostTensor {
  const host = { data: tensor.dataSync() as Int32Array, shape: tensor.shape };
  tensor.dispose();
  return host;
}

/** FixMatch on WRN-28-2, 4 labelled images and 28 others. */
export function fixMatchSubject(name: string, teacher: TeacherInput, buffers: 'smooth' | 'copy'): Subject {
  const labelled = 4;
  const count = 7 * labelled;
  const spec = FixMatchSpec.parse({
    batch: { labelled },
    // At 0.3, pseudo-labels are learnt in one step, and a loss of 8e-5 is left, of which rounding is a large part.
    optimiser: { learningRate: 0.03 },
    teacher: { ...teacher, buffers },
  });
  const bare = FixMatchSpec.parse({ ...spec, optimiser: { ...spec.optimiser, momentum: 0, weightDecay: 0 } });
  const network = classifierOf(spec, WIDE_RES_NET.encoder(spec.network));
  const trained = fixmatch.bind(spec);
  const { momentum, nesterov, weightDecay } = spec.optimiser;
  return {
    name,
    config: {
      method: 'fixmatch',
      network: spec.network,
      follows: 'after-step',
      threshold: spec.pseudoLabels.threshold,
      weight: spec.pseudoLabels.weight,
      teacher: spec.teacher,
      optimiser: { kind: 'sgd', options: { momentum, nesterov, weightDecay, decays: 'kernels' } },
    },
    step: trained.step as SubjectStep,
    bare: fixmatch.bind(bare).step as SubjectStep,
    forward: ({ student, teacher: labeller }, { labelled: known, unlabelled }) => {
      const strong = tf.concat([scaled(known!['weak']!), scaled(unlabelled!['strong']!)]);
      return {
        'teacher/logits': network.apply(labeller!, scaled(unlabelled!['weak']!), { mode: 'eval' }).logits,
        'train/logits': network.apply(student, strong, { mode: 'train' }).logits,
      };
    },
    first: firstOf(trained),
    metas: { student: network.metas, teacher: network.metas },
    batch: (step) => ({
      labelled: { weak: images(labelled, 32, `labelled ${step}`), labels: labels(labelled) },
      unlabelled: {
        weak: images(count, 32, `weak ${step}`),
        strong: images(count, 32, `strong ${step}`),
        labels: labels(count),
      },
    }),
    scalars: (step) => trained.at(step),
    ...unitsFor(teacher, network.metas.params),
  };
}
