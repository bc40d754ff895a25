import type { BatchNormOptions, ConvolutionPadding, ResNetOptions, WideResNetOptions } from '@spatial-ensemble/nn';
import * as layers from '@tensorflow/tfjs-layers';

type Symbolic = layers.SymbolicTensor;
type Step = (x: Symbolic) => Symbolic;

const chain =
  (...steps: readonly Step[]): Step =>
  (x) =>
    steps.reduce((value, step) => step(value), x);
const apply =
  (layer: { apply(x: Symbolic | Symbolic[]): unknown }): Step =>
  (x) =>
    layer.apply(x) as Symbolic;
const add = (a: Symbolic, b: Symbolic): Symbolic => layers.layers.add().apply([a, b]) as Symbolic;
const relu: Step = (x) => apply(layers.layers.reLU())(x);

/** A convolution of so many outputs; its weights come later, and are zeros here. */
function convolution(
  name: string,
  filters: number,
  size: number,
  strides: number,
  padding: ConvolutionPadding,
  useBias: boolean,
): Step {
  const pad = padding === 'symmetric' ? (size - 1) / 2 : padding;
  const own = { name, filters, kernelSize: size, strides, useBias, kernelInitializer: 'zeros' as const };
  if (pad === 'same') return apply(layers.layers.conv2d({ ...own, padding: 'same' }));
  const conv = apply(layers.layers.conv2d({ ...own, padding: 'valid' }));
  return pad === 0 ? conv : chain(apply(layers.layers.zeroPadding2d({ padding: [pad, pad] })), conv);
}

const norm = (name: string, { epsilon, decay }: BatchNormOptions): Step =>
  apply(layers.layers.batchNormalization({ name, epsilon, momentum: decay }));

/** A residual network up to the average over the last maps, as `resNetTrunk` of `nn` builds it. */
export function resNetLayers(prefix: string, options: ResNetOptions): Step {
  const { block, units, width, stem, batchNorm } = options;
  const bn = (name: string): Step => norm(name, batchNorm);
  const conv = (name: string, filters: number, size: number, stride = 1): Step =>
    convolution(name, filters, size, stride, 'symmetric', false);
  const imagenet = stem === 'imagenet';
  const padding = stem === 'cifar-padding-2' ? 2 : 'symmetric';
  const halved = imagenet || stem === 'cifar-stride-2';
  // Behind ReLU, a maximum over zeros is one over nothing.
  const pool = chain(
    apply(layers.layers.zeroPadding2d({ padding: [1, 1] })),
    apply(layers.layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 'valid' })),
  );
  const parts: Step[] = [
    convolution(`${prefix}conv1`, width, imagenet ? 7 : 3, halved ? 2 : 1, padding, false),
    bn(`${prefix}bn1`),
    relu,
    ...(imagenet ? [pool] : []),
  ];
  let inputs = width;
  for (const [stage, count] of units.entries())
    for (let unit = 0; unit < count; unit++) {
      const name = `${prefix}layer${stage + 1}.${unit}`;
      const inner = width * 2 ** stage;
      const outputs = block === 'basic' ? inner : 4 * inner;
      const stride = stage > 0 && unit === 0 ? 2 : 1;
      const first = block === 'basic' ? conv(`${name}.conv1`, inner, 3, stride) : conv(`${name}.conv1`, inner, 1);
      const second = block === 'basic' ? conv(`${name}.conv2`, inner, 3) : conv(`${name}.conv2`, inner, 3, stride);
      const third = chain(relu, conv(`${name}.conv3`, outputs, 1), bn(`${name}.bn3`));
      const main = chain(
        first,
        bn(`${name}.bn1`),
        relu,
        second,
        bn(`${name}.bn2`),
        ...(block === 'basic' ? [] : [third]),
      );
      const shortcut =
        stride === 1 && inputs === outputs
          ? undefined
          : chain(conv(`${name}.downsample.0`, outputs, 1, stride), bn(`${name}.downsample.1`));
      parts.push((x) => relu(add(main(x), shortcut?.(x) ?? x)));
      inputs = outputs;
    }
  return chain(...parts, apply(layers.layers.globalAveragePooling2d({})));
}

const NEGATIVE_SLOPE = 0.1;

/** A wide residual network, as `wideResNetTrunk` of `nn` builds it. */
export function wideResNetLayers(prefix: string, options: Omit<WideResNetOptions, 'classes'>): Step {
  const { depth, width, groups, stemStride, convolutionBias, padding, batchNorm } = options;
  const conv = (name: string, filters: number, size: number, stride = 1): Step =>
    convolution(`${prefix}${name}`, filters, size, stride, padding, convolutionBias);
  const activation = (name: string): Step =>
    chain(norm(`${prefix}${name}`, batchNorm), apply(layers.layers.leakyReLU({ alpha: NEGATIVE_SLOPE })));
  const parts: Step[] = [conv('conv1', 16, 3, stemStride)];
  let inputs = 16;
  for (let group = 0; group < groups; group++) {
    const outputs = 16 * width * 2 ** group;
    for (let unit = 0; unit < ((depth - 1) / groups - 1) / 2; unit++) {
      const name = `block${group + 1}.layer.${unit}`;
      const stride = group > 0 && unit === 0 ? 2 : 1;
      const before = activation(`${name}.bn1`);
      const main = chain(conv(`${name}.conv1`, outputs, 3, stride), activation(`${name}.bn2`), conv(`${name}.conv2`, outputs, 3)); // prettier-ignore
      const shortcut = inputs === outputs ? undefined : conv(`${name}.convShortcut`, outputs, 1, stride);
      parts.push((x) => {
        const a = before(x);
        const base = group === 0 && unit === 0 ? a : x;
        return add(shortcut?.(base) ?? base, main(a));
      });
      inputs = outputs;
    }
  }
  return chain(...parts, activation('bn1'), apply(layers.layers.globalAveragePooling2d({})));
}

/** A model of images `[n, height, width, channels]` of any size. */
export function modelOf(channels: number, ...steps: readonly Step[]): layers.LayersModel {
  const input = layers.input({ shape: [null, null, channels] });
  return layers.model({ inputs: input, outputs: chain(...steps)(input) });
}

/** A linear head. */
export function denseLayer(name: string, units: number, useBias: boolean): Step {
  return apply(layers.layers.dense({ name, units, useBias, kernelInitializer: 'zeros' }));
}
