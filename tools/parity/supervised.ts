import { softmaxCrossEntropy, valueAndGrad } from '@spatial-ensemble/engine';
import { scaled } from '@spatial-ensemble/fixmatch';
import {
  everything,
  IMAGENET_STANDARD,
  kernelsOnly,
  lars,
  normAndBias,
  resNet,
  sgd,
  standardised,
  wideResNet,
  type LarsOptions,
  type Network,
  type Optimiser,
  type ResNetOptions,
  type Tensors,
  type WideResNetOptions,
} from '@spatial-ensemble/nn';
import { key } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import { perturbed, WELL_CONDITIONED } from './perturbed.ts';
import { images, labels } from './pictures.ts';
import type { Subject, SubjectStep } from './subject.ts';

const CLASSES = 10;
const DECAY = { momentum: 0.9, weightDecay: 5e-4 };

type Scaling = (x: tf.Tensor) => tf.Tensor;
type Classifier = Network<{ readonly logits?: tf.Tensor2D }>;

/**
 * Cross entropy, its gradient, and an optimiser's update: what every network here goes through. `!` in this file: a
 * subject's batch and scalars, below, have what its step takes.
 */
function learning(network: Classifier, scale: Scaling, optimiser: Optimiser<'velocity'>): SubjectStep {
  return ({ student, ...slots }, { labelled }, { scalars }) => {
    const { loss, aux, grads } = valueAndGrad((params: Tensors) => {
      const { logits, buffers } = network.apply({ ...student, params }, scale(labelled!['images']!), { mode: 'train' });
      return { loss: tf.mean(softmaxCrossEntropy(logits!, labelled!['labels']!)) as tf.Scalar, aux: buffers };
    })(student.params);
    const next = optimiser.update({ params: student.params, grads, slots, learningRate: scalars['learningRate']! });
    return [{ student: { params: next.params, buffers: aux }, ...next.slots }, { loss }];
  };
}

interface Supervised {
  readonly name: string;
  readonly network: Classifier;
  readonly scale: Scaling;
  readonly optimiser: Optimiser<'velocity'>;
  /** For PyTorch. */
  readonly config: { readonly kind: 'wrn' | 'resnet'; readonly network: object; readonly optimiser: object };
  readonly batch: number;
  readonly size: number;
  readonly learningRate: number;
}

function supervised({ name, network, scale, optimiser, config, ...shape }: Supervised): Subject {
  const still = sgd(network.metas.params, { momentum: 0, weightDecay: 0, nesterov: false, decays: everything });
  return {
    name,
    config: { method: 'supervised', ...config },
    step: learning(network, scale, optimiser),
    bare: learning(network, scale, still),
    forward: ({ student }, { labelled }) => {
      const x = scale(labelled!['images']!);
      const logits = (mode: 'train' | 'eval'): tf.Tensor => network.apply(student, x, { mode }).logits!;
      return { 'train/logits': logits('train'), 'eval/logits': logits('eval') };
    },
    first: () => {
      const student = network.init(key(1));
      return perturbed({ student, ...optimiser.init(student.params) }, key(3));
    },
    metas: { student: network.metas },
    batch: (step) => ({
      labelled: { images: images(shape.batch, shape.size, `images ${step}`), labels: labels(shape.batch) },
    }),
    scalars: () => ({ learningRate: shape.learningRate }),
  };
}

/** A wide ResNet as FixMatch trains it: Nesterov, weight decay on kernels alone. */
export function wideResNetSubject(name: string, options: WideResNetOptions): Subject {
  const network = wideResNet(options);
  return supervised({
    name,
    network,
    scale: scaled,
    optimiser: sgd(network.metas.params, { ...DECAY, nesterov: true, decays: kernelsOnly }),
    config: {
      kind: 'wrn',
      network: options,
      optimiser: { kind: 'sgd', options: { ...DECAY, nesterov: true, decays: 'kernels' } },
    },
    batch: 16,
    size: 32,
    learningRate: 0.3,
  });
}

interface ResNetCase {
  readonly batch: number;
  readonly size: number;
  /** By LARS in one of its variants; SGD with weight decay on everything otherwise. */
  readonly lars?: LarsOptions['variant'];
}

/** torchvision's ResNet with its classifier. */
export function resNetSubject(name: string, trunk: ResNetOptions, { lars: variant, ...shape }: ResNetCase): Subject {
  const options = { ...trunk, ...WELL_CONDITIONED };
  const network = resNet(options, CLASSES);
  const { params } = network.metas;
  const trust = 1e-3;
  return supervised({
    name,
    network,
    scale: (x) => standardised(x, IMAGENET_STANDARD),
    optimiser:
      variant === undefined
        ? sgd(params, { ...DECAY, nesterov: false, decays: everything })
        : lars(params, { ...DECAY, variant, trust, excludes: normAndBias }),
    config: {
      kind: 'resnet',
      network: { ...options, ...IMAGENET_STANDARD },
      optimiser:
        variant === undefined
          ? { kind: 'sgd', options: { ...DECAY, nesterov: false, decays: 'everything' } }
          : { kind: `lars-${variant}`, options: { ...DECAY, trust } },
    },
    // LARS moves a kernel by a thousandth of its length times the rate.
    learningRate: variant === undefined ? 0.3 : 3,
    ...shape,
  });
}
