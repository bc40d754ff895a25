import { normal, type Key } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import {
  constant,
  convolution,
  declare,
  dense,
  perOutput,
  read,
  uniformFanIn,
  type Encoder,
  type Initialiser,
  type Module,
  type Pass,
} from '../src/index.ts';

/** A vision transformer, written as somebody would who uses the package: nothing in it knows of such a network. */

export interface TransformerOptions {
  /** Of a square image, in pixels. */
  readonly size: number;
  readonly patch: number;
  /** Numbers in a token. */
  readonly width: number;
  readonly heads: number;
  /** Of the layer between the two of a block's MLP. */
  readonly hidden: number;
  readonly blocks: number;
}

const small: Initialiser = (key: Key, shape) =>
  normal(
    key,
    shape.reduce((size, n) => size * n, 1),
  ).map((value) => 0.02 * value);

/** Over the last axis, by its own mean and variance, with torchvision's ε. */
function layerNorm(module: string, width: number): Module {
  const gamma = declare(perOutput(module, 'gamma', width, 'weight'), constant(1));
  const beta = declare(perOutput(module, 'beta', width, 'bias'), constant(0));
  return {
    declares: [gamma, beta],
    forward: (pass, x) => {
      const { mean, variance } = tf.moments(x, -1, true);
      const normal01 = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-6)));
      return tf.add(tf.mul(normal01, read(pass, gamma)), read(pass, beta));
    },
  };
}

/** A dense layer on each token of `[n, tokens, inputs]`. */
function onTokens(layer: Module): Module {
  return {
    declares: layer.declares,
    forward: (pass, x) => {
      const [n, tokens, inputs] = x.shape as [number, number, number];
      return tf.reshape(layer.forward(pass, tf.reshape(x, [n * tokens, inputs])), [n, tokens, -1]);
    },
  };
}

/** Self-attention as PyTorch's `nn.MultiheadAttention` keeps it: query, key and value are one product. */
function attention(module: string, { width, heads }: TransformerOptions): Module {
  const three = 3 * width;
  const torch = { name: `${module}.in_proj_weight`, axes: [1, 0] };
  const kernel = declare(
    { shape: [width, three], module, name: 'kernel', outAxis: 1, decays: true, torch },
    uniformFanIn(width),
  );
  const bias = declare(perOutput(module, 'bias', three, 'in_proj_bias'), constant(0));
  const out = onTokens(dense(`${module}.out_proj`, { inputs: width, outputs: width, initial: uniformFanIn(width) }));
  return {
    declares: [kernel, bias, ...out.declares],
    forward: (pass, x) => {
      const [n, tokens] = x.shape as [number, number];
      const projected = tf.add(
        tf.matMul(tf.reshape(x, [n * tokens, width]) as tf.Tensor2D, read(pass, kernel) as tf.Tensor2D),
        read(pass, bias),
      );
      // [3, n, heads, tokens, width/heads]
      const parts = tf.transpose(tf.reshape(projected, [n, tokens, 3, heads, width / heads]), [2, 0, 3, 1, 4]);
      const [q, k, v] = tf.unstack(parts) as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
      const weights = tf.softmax(tf.mul(tf.matMul(q, k, false, true), Math.sqrt(heads / width)));
      const mixed = tf.reshape(tf.transpose(tf.matMul(weights, v), [0, 2, 1, 3]), [n, tokens, width]);
      return out.forward(pass, mixed);
    },
  };
}

const GELU: Module = {
  declares: [],
  forward: (_, x) => tf.mul(tf.mul(x, 0.5), tf.add(1, tf.erf(tf.mul(x, Math.SQRT1_2)))),
};

/** Norm, attention and norm, MLP, each added to what came in. */
function block(module: string, options: TransformerOptions): Module {
  const { width, hidden } = options;
  const first = layerNorm(`${module}.ln_1`, width);
  const second = layerNorm(`${module}.ln_2`, width);
  const attend = attention(`${module}.self_attention`, options);
  const layer = (part: string, inputs: number, outputs: number): Module =>
    onTokens(dense(`${module}.mlp.${part}`, { inputs, outputs, initial: uniformFanIn(inputs) }));
  const mlp = [layer('0', width, hidden), GELU, layer('3', hidden, width)];
  const through = (pass: Pass, modules: readonly Module[], x: tf.Tensor): tf.Tensor =>
    modules.reduce((y, one) => one.forward(pass, y), x);
  return {
    declares: [first, attend, second, ...mlp].flatMap(({ declares }) => declares),
    forward: (pass, x) => {
      const attended = tf.add(x, through(pass, [first, attend], x));
      return tf.add(attended, through(pass, [second, ...mlp], attended));
    },
  };
}

/** Images `[n, size, size, 3]` to the class token `[n, width]`, with torchvision's names behind `prefix`. */
export function visionTransformer(prefix: string, options: TransformerOptions): Encoder {
  const { size, patch, width, blocks } = options;
  const name = (module: string): string => (prefix === '' ? module : `${prefix}.${module}`);
  const tokens = (size / patch) ** 2 + 1;
  const patches = convolution(name('conv_proj'), {
    inputs: 3,
    outputs: width,
    size: patch,
    stride: patch,
    bias: true,
    padding: 0,
  });
  // A token has no outputs that were counted: it is kept or moved as a whole.
  const token = declare(
    {
      shape: [1, 1, width],
      module: name('class'),
      name: 'token',
      decays: true,
      torch: { name: name('class_token'), axes: [0, 1, 2] },
    },
    constant(0),
  );
  const positions = declare(
    {
      shape: [1, tokens, width],
      module: name('encoder.positions'),
      name: 'embedding',
      outAxis: 2,
      decays: true,
      torch: { name: name('encoder.pos_embedding'), axes: [0, 1, 2] },
    },
    small,
  );
  const body = [
    ...Array.from({ length: blocks }, (_, i) => block(name(`encoder.layers.encoder_layer_${i}`), options)),
    layerNorm(name('encoder.ln'), width),
  ];
  return {
    features: width,
    stride: patch,
    declares: [token, ...patches.declares, positions, ...body.flatMap(({ declares }) => declares)],
    forward: (pass, images) => {
      const [n] = images.shape as [number];
      const seen = tf.reshape(patches.forward(pass, images), [n, tokens - 1, width]);
      const classes = tf.tile(read(pass, token), [n, 1, 1]);
      const first = tf.add(tf.concat([classes, seen], 1), read(pass, positions));
      const last = body.reduce((x, module) => module.forward(pass, x), first);
      return tf.reshape(tf.slice(last, [0, 0, 0], [n, 1, width]), [n, width]);
    },
  };
}
