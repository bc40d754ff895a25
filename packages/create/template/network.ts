import {
  batchNorm,
  classifier,
  convolution,
  dense,
  glorotNormal,
  sequence,
  type Classified,
  type Module,
  type Network,
} from '@spatial-ensemble/nn';
import * as tf from '@tensorflow/tfjs-core';

/** What a network is made for. */
export interface Size {
  /** 1 for grey images, 3 for coloured ones. */
  readonly channels: number;
  readonly classes: number;
  /** Filters of the first convolution; the next two have twice and four times as many. */
  readonly width: number;
}

/** Three convolutions, the mean over what is left of the image, and a dense layer: images of any size. */
export function smallNetwork({ channels, classes, width }: Size): Network<Classified> {
  const features = 4 * width;
  const body = sequence(
    block('block1', channels, width, 1),
    block('block2', width, 2 * width, 2),
    block('block3', 2 * width, features, 2),
  );
  const encoder = {
    declares: body.declares,
    forward: (...given: Parameters<Module['forward']>) => tf.mean(body.forward(...given), [1, 2]) as tf.Tensor2D,
    features,
    // A pixel of the last maps is four of the image's.
    stride: 4,
  };
  return classifier(encoder, dense('head', { inputs: features, outputs: classes, initial: glorotNormal }));
}

/** Convolution, batch norm, ReLU: `[n, h, w, inputs]` to `[n, h / stride, w / stride, outputs]`. */
function block(module: string, inputs: number, outputs: number, stride: number): Module {
  const layers = sequence(
    convolution(`${module}.conv`, { inputs, outputs, size: 3, stride, bias: false, padding: 'same' }),
    batchNorm(`${module}.norm`, outputs, { epsilon: 1e-3, decay: 0.95, runningVariance: 'unbiased' }),
  );
  return { declares: layers.declares, forward: (pass, x) => tf.relu(layers.forward(pass, x)) };
}
