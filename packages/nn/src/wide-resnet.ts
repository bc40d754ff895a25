import * as tf from '@tensorflow/tfjs-core';
import { glorotNormal } from './initialisers.ts';
import { batchNorm, type BatchNormOptions } from './layers/batch-norm.ts';
import { convolution, type ConvolutionOptions, type ConvolutionPadding } from './layers/convolution.ts';
import { dense } from './layers/dense.ts';
import { classifier, type Classified } from './classifier.ts';
import { sequence, type Encoder, type Module, type Network } from './network.ts';

export interface WideResNetOptions {
  /** Convolutions along the longest path and in the shortcuts: `1 + groups · (2 · units + 1)`. 28 means 4 units a group. */
  readonly depth: number;
  /** The groups have 16·width, 32·width, 64·width, … channels; the stem has 16. */
  readonly width: number;
  /** Each group but the first halves height and width. FixMatch: 3, and 4 for images of 96 pixels. */
  readonly groups: number;
  /** 1 in FixMatch; 2 halves the image at once, for quick runs. */
  readonly stemStride: number;
  /** Channels of the images. */
  readonly channels: number;
  readonly classes: number;
  /** Whether convolutions have a bias. FixMatch: yes (TensorFlow's default); kekmodel/FixMatch-pytorch: no. */
  readonly convolutionBias: boolean;
  readonly padding: ConvolutionPadding;
  readonly batchNorm: BatchNormOptions;
}

/** FixMatch's WRN-28-2 for CIFAR-10 (google-research/fixmatch@d4985a15 libml/models.py, fixmatch.py). */
export const FIXMATCH_WRN_28_2: WideResNetOptions = {
  depth: 28,
  width: 2,
  groups: 3,
  stemStride: 1,
  channels: 3,
  classes: 10,
  convolutionBias: true,
  padding: 'same',
  batchNorm: { epsilon: 1e-3, decay: 0.999, runningVariance: 'unbiased' },
};

/** A wide residual network, which says how it is built: for whoever builds it elsewhere. */
export interface WideResNet extends Encoder {
  readonly wideResNet: Omit<WideResNetOptions, 'classes'>;
}

/** How an encoder is built, where it is a wide residual network. */
export function asWideResNet(encoder: Encoder): WideResNet['wideResNet'] | undefined {
  return (encoder as Partial<WideResNet>).wideResNet;
}

const STEM_CHANNELS = 16;
const NEGATIVE_SLOPE = 0.1;

/**
 * A wide residual network up to the average over the last maps: images `[n, h, w, channels]` to features
 * `[n, width·16·2^(groups − 1)]`, with pre-activation and leaky ReLU of slope 0.1, as FixMatch builds it: the first unit of the
 * first group takes its shortcut from the activated input, all others from the raw one, and a down-sampling unit's
 * first convolution sees the activated input (in kekmodel/FixMatch-pytorch, TorchSSL and USB it sees the raw one).
 * Modules have the names that those ports give them, with `prefix` in front: `conv1`, `block1.layer.0.bn1`, …, `bn1`.
 *
 * @throws Error if depth, width or groups do not fit each other
 */
export function wideResNetTrunk(prefix: string, options: Omit<WideResNetOptions, 'classes'>): WideResNet {
  const { depth, width, groups, stemStride, channels, convolutionBias: bias, padding } = options;
  const units = ((depth - 1) / groups - 1) / 2;
  if (!Number.isInteger(units) || units < 1)
    throw new Error(
      `a wide ResNet with ${groups} groups has a depth of 1 + ${groups}(2·units + 1), such as ${1 + 3 * groups} or ${1 + 9 * groups}, got ${depth}`,
    );
  if (!Number.isInteger(STEM_CHANNELS * width) || width <= 0)
    throw new Error(
      `a wide ResNet's width makes ${STEM_CHANNELS}·width a whole number of channels, got width ${width}`,
    );

  const named = (module: string): string => (prefix === '' ? module : `${prefix}.${module}`);
  const conv = (module: string, shape: Omit<ConvolutionOptions, 'bias' | 'padding'>): Module =>
    convolution(named(module), { ...shape, bias, padding });
  const activation = (module: string, inputs: number): Module =>
    activated(batchNorm(named(module), inputs, options.batchNorm));

  const stem = conv('conv1', { inputs: channels, outputs: STEM_CHANNELS, size: 3, stride: stemStride });
  const body: Module[] = [];
  let inputs = STEM_CHANNELS;
  for (let group = 0; group < groups; group++) {
    const outputs = STEM_CHANNELS * width * 2 ** group;
    for (let unit = 0; unit < units; unit++) {
      const module = `block${group + 1}.layer.${unit}`;
      const stride = group > 0 && unit === 0 ? 2 : 1;
      body.push(
        residualUnit({
          activation: activation(`${module}.bn1`, inputs),
          main: sequence(
            conv(`${module}.conv1`, { inputs, outputs, size: 3, stride }),
            activation(`${module}.bn2`, outputs),
            conv(`${module}.conv2`, { inputs: outputs, outputs, size: 3 }),
          ),
          shortcut:
            inputs === outputs ? undefined : conv(`${module}.convShortcut`, { inputs, outputs, size: 1, stride }),
          activateBeforeResidual: group === 0 && unit === 0,
        }),
      );
      inputs = outputs;
    }
  }
  const trunk = sequence(stem, ...body, activation('bn1', inputs));
  return {
    declares: trunk.declares,
    forward: (pass, images) => tf.mean(trunk.forward(pass, images), [1, 2]) as tf.Tensor2D,
    features: inputs,
    stride: stemStride * 2 ** (groups - 1),
    wideResNet: options,
  };
}

/** The same with FixMatch's classifier, `fc`, on it. */
export function wideResNet(options: WideResNetOptions): Network<Classified> {
  const trunk = wideResNetTrunk('', options);
  return classifier(trunk, dense('fc', { inputs: trunk.features, outputs: options.classes, initial: glorotNormal }));
}

function activated(norm: Module): Module {
  return { declares: norm.declares, forward: (pass, x) => tf.leakyRelu(norm.forward(pass, x), NEGATIVE_SLOPE) };
}

interface ResidualUnit {
  readonly activation: Module;
  readonly main: Module;
  /** Undefined: the input itself. */
  readonly shortcut: Module | undefined;
  /** The shortcut too sees the activated input. */
  readonly activateBeforeResidual: boolean;
}

function residualUnit({ activation, main, shortcut, activateBeforeResidual }: ResidualUnit): Module {
  return {
    declares: [activation, main, shortcut].flatMap((module) => module?.declares ?? []),
    forward: (pass, x) => {
      const a = activation.forward(pass, x);
      const base = activateBeforeResidual ? a : x;
      return tf.add(shortcut === undefined ? base : shortcut.forward(pass, base), main.forward(pass, a));
    },
  };
}
