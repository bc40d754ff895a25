import * as tf from '@tensorflow/tfjs-core';
import type { KernelBackend } from '../backend/backend.ts';
import { liveBackend } from '../backend/live-backend.ts';
import { isPortable } from '../backend/portable.ts';
import type { Attribute } from '../binding/attributes.ts';
import { after } from '../compile/after.ts';
import { bool, FLOAT, ints, text } from './attributes.ts';
import { withChannelsFirst } from './channels-first.ts';
import { gatherFilter, lacksDilation, spreadFilter, spreadShape, type Dilation } from './dilation.ts';
import { isWrongPointGradient, readPixels } from './point-filter.ts';

type Padding = Parameters<typeof tf.backend_util.computeConv2DInfo>[4];

interface ConvolutionAttributes {
  readonly strides: [number, number] | number;
  readonly pad: Padding;
  readonly dataFormat: 'NHWC' | 'NCHW';
  readonly dilations?: [number, number] | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly inputShape?: [number, number, number, number];
  readonly filterShape?: [number, number, number, number];
}

interface PadInfo {
  readonly type: string;
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** Padding as TensorFlow's ops want it: by name, or explicit in the order of the data format. */
export function paddingAttributes(info: { readonly padInfo: PadInfo }, dataFormat: 'NHWC' | 'NCHW'): Attribute[] {
  const { type, top, bottom, left, right } = info.padInfo;
  if (type === 'VALID' || type === 'SAME') return [text('padding', type)];
  const sides = [top, bottom, left, right];
  return [
    text('padding', 'EXPLICIT'),
    ints('explicit_paddings', dataFormat === 'NHWC' ? [0, 0, ...sides, 0, 0] : [0, 0, 0, 0, ...sides]),
  ];
}

interface WindowInfo {
  readonly padInfo: PadInfo;
  readonly inHeight: number;
  readonly inWidth: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly effectiveFilterHeight: number;
  readonly effectiveFilterWidth: number;
}

/**
 * Refuses a window that does not fit into the padded image. TensorFlow 2.21's oneDNN convolution gives the image back
 * where the output should be empty.
 */
export function checkWindow(op: string, info: WindowInfo): void {
  if (info.outHeight >= 1 && info.outWidth >= 1) return;
  const { top, bottom, left, right } = info.padInfo;
  throw new Error(
    `${op}: a window of ${info.effectiveFilterHeight} x ${info.effectiveFilterWidth} does not fit into an image of ` +
      `${info.inHeight + top + bottom} x ${info.inWidth + left + right}, padding included: pad more, or give a larger image`,
  );
}

/** What `SAME` pads along one axis: the smaller half comes first. */
function samePadding(size: number, window: number, stride: number): readonly [number, number] {
  const total = Math.max((Math.ceil(size / stride) - 1) * stride + window - size, 0);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

type Shape4 = [number, number, number, number];

/** One convolution as TensorFlow's fast kernels take it: padded by name, or an image that is padded before. */
interface Convolution {
  readonly attributes: Attribute[];
  /** Rows and columns to add around the image first, `[before, after]` for each axis. */
  readonly border: [number, number][] | undefined;
}

/**
 * TensorFlow's oneDNN kernels for the gradients know `SAME` and `VALID`; explicit padding falls back to kernels that
 * are half as fast in float32 and 30 times slower in bfloat16. So padding that has a name goes by its name, and other
 * padding becomes a `Pad` before a `VALID` convolution.
 */
function plan(xShape: readonly number[], filterShape: readonly number[], attrs: ConvolutionAttributes): Convolution {
  const dataFormat = attrs.dataFormat ?? 'NHWC';
  const info = tf.backend_util.computeConv2DInfo(
    xShape as Shape4,
    filterShape as Shape4,
    attrs.strides,
    attrs.dilations ?? 1,
    attrs.pad,
    attrs.dimRoundingMode,
    false,
    tf.backend_util.convertConv2DDataFormat(dataFormat),
  );
  checkWindow('conv2d', info);
  const { type, top, bottom, left, right } = info.padInfo;
  const rows = samePadding(info.inHeight, info.effectiveFilterHeight, info.strideHeight);
  const columns = samePadding(info.inWidth, info.effectiveFilterWidth, info.strideWidth);
  const isSame =
    type === 'SAME' || (top === rows[0] && bottom === rows[1] && left === columns[0] && right === columns[1]);
  const isValid = top + bottom + left + right === 0;
  const spread = (height: number, width: number): number[] =>
    dataFormat === 'NHWC' ? [1, height, width, 1] : [1, 1, height, width];
  const sides: [number, number][] = [
    [top, bottom],
    [left, right],
  ];
  return {
    attributes: [
      FLOAT,
      ints('strides', spread(info.strideHeight, info.strideWidth)),
      text('padding', isSame && !isValid ? 'SAME' : 'VALID'),
      text('data_format', dataFormat),
      bool('use_cudnn_on_gpu', true),
      ints('dilations', spread(info.dilationHeight, info.dilationWidth)),
    ],
    border:
      isSame || isValid ? undefined : dataFormat === 'NHWC' ? [[0, 0], ...sides, [0, 0]] : [[0, 0], [0, 0], ...sides],
  };
}

interface KernelArguments<Inputs> {
  readonly inputs: Inputs & { readonly [name: string]: tf.Tensor };
  readonly backend: unknown;
  readonly attrs: Partial<ConvolutionAttributes>;
}

function conv2d({ inputs, backend, attrs }: KernelArguments<{ x: tf.Tensor; filter: tf.Tensor }>): tf.Tensor {
  const { x, filter } = inputs;
  const { attributes, border } = plan(x.shape, filter.shape, attrs as ConvolutionAttributes);
  return tf.tidy(() =>
    (backend as KernelBackend).executeSingleOutput('Conv2D', attributes, [
      border === undefined ? x : tf.pad(x, border),
      filter,
    ]),
  );
}

function dilationOf({ dilations = 1 }: ConvolutionAttributes): Dilation {
  return typeof dilations === 'number' ? [dilations, dilations] : dilations;
}

function conv2dBackpropInput({
  inputs,
  backend,
  attrs,
}: KernelArguments<{ dy: tf.Tensor; filter: tf.Tensor }>): tf.Tensor {
  const { dy, filter } = inputs;
  const dilation = dilationOf(attrs as ConvolutionAttributes);
  if (lacksDilation(backend as KernelBackend, dilation)) {
    return tf.tidy(() => {
      const spread = { dy, filter: spreadFilter(filter as tf.Tensor4D, dilation) };
      return conv2dBackpropInput({ inputs: spread, backend, attrs: { ...(attrs as object), dilations: 1 } });
    });
  }
  const shape = (attrs as ConvolutionAttributes).inputShape!;
  const { attributes, border } = plan(shape, filter.shape, attrs as ConvolutionAttributes);
  return tf.tidy(() => {
    const padded = shape.map((size, axis) => size + (border?.[axis]?.[0] ?? 0) + (border?.[axis]?.[1] ?? 0));
    const dx = (backend as KernelBackend).executeSingleOutput('Conv2DBackpropInput', attributes, [
      tf.tensor1d(padded, 'int32'),
      filter,
      dy,
    ]);
    return border === undefined
      ? dx
      : tf.slice(
          dx,
          border.map(([before]) => before),
          shape,
        );
  });
}

function conv2dBackpropFilter({ inputs, backend, attrs }: KernelArguments<{ x: tf.Tensor; dy: tf.Tensor }>): tf.Tensor {
  const { x, dy } = inputs;
  const shape = (attrs as ConvolutionAttributes).filterShape!;
  const dilation = dilationOf(attrs as ConvolutionAttributes);
  if (lacksDilation(backend as KernelBackend, dilation)) {
    return tf.tidy(() => {
      const spread = { ...(attrs as object), dilations: 1, filterShape: spreadShape(shape, dilation) };
      return gatherFilter(conv2dBackpropFilter({ inputs, backend, attrs: spread }), dilation);
    });
  }
  const { attributes, border } = plan(x.shape, shape, attrs as ConvolutionAttributes);
  const { strides, dataFormat } = attrs as ConvolutionAttributes;
  const stride: [number, number] = typeof strides === 'number' ? [strides, strides] : strides;
  return tf.tidy(() => {
    // Padded anew once it is needed: else the padded image, which depends on x alone, is kept from the forward pass on.
    const padded = border === undefined ? x : tf.pad(isPortable() ? x : after(x, [dy]), border);
    if (dataFormat === 'NHWC' && isWrongPointGradient(backend as KernelBackend, shape, stride)) {
      const read = { x: readPixels(padded, dy, stride), dy };
      return conv2dBackpropFilter({ inputs: read, backend, attrs: { ...(attrs as object), strides: 1, pad: 'valid' } });
    }
    return (backend as KernelBackend).executeSingleOutput('Conv2DBackpropFilter', attributes, [
      padded,
      tf.tensor1d(shape, 'int32'),
      dy,
    ]);
  });
}

/**
 * Convolution, forward and backward, with any padding: `@tensorflow/tfjs-node-gpu` 4.22 refuses a padding given by
 * number, and explicit padding backward, which TensorFlow's ops accept.
 */
export const convolutionKernels = [
  { kernelName: tf.Conv2D, kernelFunc: withChannelsFirst('images', conv2d) },
  { kernelName: tf.Conv2DBackpropInput, kernelFunc: withChannelsFirst('images', conv2dBackpropInput) },
  { kernelName: tf.Conv2DBackpropFilter, kernelFunc: withChannelsFirst('filter', conv2dBackpropFilter) },
];

/**
 * The gradient of convolution with its dilations, which TensorFlow.js refuses for every backend.
 *
 * @param plain the gradient that TensorFlow.js registered, for other backends.
 */
export function convolutionGradient(plain: tf.GradConfig): tf.GradConfig {
  return {
    ...plain,
    gradFunc: (dy, saved, attrs) => {
      if (liveBackend() === undefined) return plain.gradFunc(dy, saved, attrs);
      const [x, filter] = saved as [tf.Tensor, tf.Tensor];
      const run = (kernel: string, inputs: Record<string, tf.Tensor>, shape: Record<string, number[]>): tf.Tensor =>
        tf.engine().runKernel(kernel, inputs, { ...attrs, ...shape } as unknown as tf.NamedAttrMap) as tf.Tensor;
      return {
        x: () => run(tf.Conv2DBackpropInput, { dy: dy as tf.Tensor, filter }, { inputShape: x.shape }),
        filter: () => run(tf.Conv2DBackpropFilter, { x, dy: dy as tf.Tensor }, { filterShape: filter.shape }),
      };
    },
  };
}
