import { maxPool } from '@spatial-ensemble/engine';
import * as tf from '@tensorflow/tfjs-core';
import { constant, uniformFanIn } from './initialisers.ts';
import { batchNorm, type BatchNormOptions } from './layers/batch-norm.ts';
import { convolution } from './layers/convolution.ts';
import { dense } from './layers/dense.ts';
import { classifier } from './classifier.ts';
import { network, sequence, type Encoder, type Module, type Network } from './network.ts';

export interface ResNetOptions {
  /**
   * `basic`: two 3×3 convolutions; `bottleneck`: 1×1, 3×3, 1×1 with four times the channels at its end
   * (pytorch/vision@054e54c5 torchvision/models/resnet.py).
   */
  readonly block: 'basic' | 'bottleneck';
  /** Blocks of each stage: 3, 4, 6, 3 of ResNet-50, 2, 2, 2, 2 of ResNet-18 (pytorch/vision@054e54c5). */
  readonly units: readonly number[];
  /**
   * Channels of the stem and of the first stage's 3×3 convolutions; each stage doubles them. 64
   * (pytorch/vision@054e54c5); fewer for quick runs.
   */
  readonly width: number;
  /**
   * `imagenet`: 7×7 with stride 2, then a maximum over 3×3 with stride 2. The others have one 3×3 convolution and no
   * pooling. `cifar`: padding 1 (facebookresearch/moco@f7364915, lightly). `cifar-padding-2`: padding 2, maps of 34
   * (vturrisi/solo-learn@9187ea39 solo/methods/base.py). `cifar-stride-2`: halves the image at once, for quick runs.
   */
  readonly stem: 'imagenet' | 'cifar' | 'cifar-padding-2' | 'cifar-stride-2';
  /** Channels of the images. */
  readonly channels: number;
  /** The last γ of every block starts as 0 (pytorch/vision@054e54c5, an option of the same name, off by default). */
  readonly zeroInitResidual: boolean;
  readonly batchNorm: BatchNormOptions;
}

/** PyTorch's batch norm: momentum 0.1, ε 1e-5. */
export const TORCH_BATCH_NORM: BatchNormOptions = { epsilon: 1e-5, decay: 0.9, runningVariance: 'unbiased' };

/** torchvision's ResNet-50 v1.5, stride in the 3×3 (pytorch/vision@054e54c5 resnet.py). */
export const RESNET_50: ResNetOptions = {
  block: 'bottleneck',
  units: [3, 4, 6, 3],
  width: 64,
  stem: 'imagenet',
  channels: 3,
  zeroInitResidual: false,
  batchNorm: TORCH_BATCH_NORM,
};

/**
 * ResNet-18 for images of 32 pixels: 3×3 at stride 1 and no pooling in front (facebookresearch/moco@f7364915, the
 * notebook of CIFAR-10; lightly-ai/lightly@e8d317fc lightly/models/resnet.py).
 */
export const RESNET_18_CIFAR: ResNetOptions = { ...RESNET_50, block: 'basic', units: [2, 2, 2, 2], stem: 'cifar' };

/** Numbers in an image's features: the channels of the last stage. */
export function featuresOf({ block, units, width }: ResNetOptions): number {
  return width * 2 ** (units.length - 1) * EXPANSION[block];
}

/** Pixels of an image's side that come to one place of the last maps. */
export function strideOf({ stem, units }: Pick<ResNetOptions, 'stem' | 'units'>): number {
  return STEM_STRIDE[stem] * 2 ** (units.length - 1);
}

/** Of the convolution, and of the pooling behind it. */
const STEM_STRIDE = { imagenet: 4, cifar: 1, 'cifar-padding-2': 1, 'cifar-stride-2': 2 } as const;

/** A residual network, which says how it is built: for whoever builds it elsewhere. */
export interface ResNet extends Encoder {
  readonly resNet: ResNetOptions;
}

/** How an encoder is built, where it is a residual network. */
export function asResNet(encoder: Encoder): ResNetOptions | undefined {
  return (encoder as Partial<ResNet>).resNet;
}

const EXPANSION = { basic: 1, bottleneck: 4 } as const;
const RELU: Module = { declares: [], forward: (_, x) => tf.relu(x) };

/**
 * A residual network up to the average over the last maps: images `[n, h, w, channels]` to features `[n, f]`. Modules
 * are named as torchvision's, with `prefix` in front: `encoder.layer1.0.conv1`.
 *
 * @throws Error unless there are stages of at least one block and a whole number of channels
 */
export function resNetTrunk(prefix: string, options: ResNetOptions): ResNet {
  const { block, units, width, stem, channels } = options;
  if (units.length === 0 || units.some((count) => !Number.isInteger(count) || count < 1))
    throw new Error(`a residual network has at least one stage, each of at least one block, got [${units.join(', ')}]`);
  if (!Number.isInteger(width) || width < 1) throw new Error(`width is a whole number of channels, got ${width}`);
  const name = (module: string): string => (prefix === '' ? module : `${prefix}.${module}`);

  const parts: Module[] = [...stemOf(name, stem, channels, width, options.batchNorm)];
  let inputs = width;
  for (const [stage, count] of units.entries()) {
    for (let unit = 0; unit < count; unit++) {
      const inner = width * 2 ** stage;
      const outputs = inner * EXPANSION[block];
      const stride = stage > 0 && unit === 0 ? 2 : 1;
      parts.push(residual(name(`layer${stage + 1}.${unit}`), { inputs, inner, outputs, stride }, options));
      inputs = outputs;
    }
  }
  const body = sequence(...parts);
  return {
    declares: body.declares,
    forward: (pass, images) => tf.mean(body.forward(pass, images), [1, 2]) as tf.Tensor2D,
    features: featuresOf(options),
    stride: strideOf(options),
    resNet: options,
  };
}

/** A residual network with a classifier `fc`, if `classes` are given: for parity and supervised training. */
export function resNet(
  options: ResNetOptions,
  classes?: number,
): Network<{ readonly features: tf.Tensor2D; readonly logits?: tf.Tensor2D }> {
  const trunk = resNetTrunk('', options);
  if (classes !== undefined) {
    const initial = uniformFanIn(trunk.features);
    return classifier(trunk, dense('fc', { inputs: trunk.features, outputs: classes, initial, initialBias: initial }));
  }
  return network({
    declares: trunk.declares,
    forward: (pass, images) => ({ features: trunk.forward(pass, images) }),
  });
}

function stemOf(
  name: (module: string) => string,
  stem: ResNetOptions['stem'],
  inputs: number,
  outputs: number,
  norm: BatchNormOptions,
): Module[] {
  const imagenet = stem === 'imagenet';
  const stride = imagenet || stem === 'cifar-stride-2' ? 2 : 1;
  const padding = stem === 'cifar-padding-2' ? 2 : 'symmetric';
  const size = imagenet ? 7 : 3;
  const pool: Module = { declares: [], forward: (_, x) => maxPool(x as tf.Tensor4D, 3, 2, 1) };
  return [
    convolution(name('conv1'), { inputs, outputs, size, stride, bias: false, padding }),
    batchNorm(name('bn1'), outputs, norm),
    RELU,
    ...(imagenet ? [pool] : []),
  ];
}

interface Sizes {
  readonly inputs: number;
  readonly inner: number;
  readonly outputs: number;
  readonly stride: number;
}

/** One block: its convolutions, the input or its projection added, then ReLU. */
function residual(module: string, { inputs, inner, outputs, stride }: Sizes, options: ResNetOptions): Module {
  const conv = (part: string, from: number, to: number, size: number, by: number): Module =>
    convolution(`${module}.${part}`, {
      inputs: from,
      outputs: to,
      size,
      stride: by,
      bias: false,
      padding: 'symmetric',
    });
  const norm = (part: string, channels: number, last = false): Module =>
    batchNorm(
      `${module}.${part}`,
      channels,
      options.batchNorm,
      last && options.zeroInitResidual ? constant(0) : constant(1),
    );
  const main =
    options.block === 'basic'
      ? sequence(
          conv('conv1', inputs, inner, 3, stride),
          norm('bn1', inner),
          RELU,
          conv('conv2', inner, outputs, 3, 1),
          norm('bn2', outputs, true),
        )
      : sequence(
          conv('conv1', inputs, inner, 1, 1),
          norm('bn1', inner),
          RELU,
          conv('conv2', inner, inner, 3, stride),
          norm('bn2', inner),
          RELU,
          conv('conv3', inner, outputs, 1, 1),
          norm('bn3', outputs, true),
        );
  const shortcut =
    stride === 1 && inputs === outputs
      ? undefined
      : sequence(conv('downsample.0', inputs, outputs, 1, stride), norm('downsample.1', outputs));
  return {
    declares: [...main.declares, ...(shortcut?.declares ?? [])],
    forward: (pass, x) => tf.relu(tf.add(main.forward(pass, x), shortcut?.forward(pass, x) ?? x)),
  };
}
