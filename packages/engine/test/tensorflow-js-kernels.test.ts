import { key, normal, uniform } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, test } from 'vitest';
import { useTensorFlow } from '@spatial-ensemble/engine';
import { expectClose } from './close.ts';

/** What TensorFlow.js' own CPU backend gives is what these kernels are for: the same values, shapes and types. */
type Given = Readonly<Record<string, tf.Tensor>>;

/** A tensor as it is compared: strings are decoded. */
interface Plain {
  readonly dtype: string;
  readonly shape: number[];
  readonly values: ArrayLike<number> | string[];
}

beforeAll(async () => {
  await useTensorFlow();
});

function plain(tensor: tf.Tensor): Plain {
  // Strings come as text from one backend and as bytes from the other.
  const values = tensor.dataSync() as unknown as ArrayLike<number> | string[];
  return { dtype: tensor.dtype, shape: tensor.shape, values };
}

async function on(backend: 'cpu' | 'tensorflow', fn: () => Given): Promise<Record<string, Plain>> {
  await tf.setBackend(backend);
  try {
    const given: Record<string, Plain> = {};
    tf.tidy(() => void Object.entries(fn()).forEach(([name, tensor]) => (given[name] = plain(tensor))));
    return given;
  } finally {
    await tf.setBackend('tensorflow');
  }
}

async function expectAgreement(fn: () => Given): Promise<void> {
  const [ours, theirs] = [await on('tensorflow', fn), await on('cpu', fn)];
  expect(Object.keys(ours)).toEqual(Object.keys(theirs));
  for (const [name, { dtype, shape, values }] of Object.entries(theirs)) {
    expect({ name, dtype: ours[name]!.dtype, shape: ours[name]!.shape }).toEqual({ name, dtype, shape });
    if (dtype === 'string') expect(ours[name]!.values).toEqual(values);
    else expectClose(ours[name]!.values as ArrayLike<number>, values as ArrayLike<number>, 1e-5, name);
  }
}

const normals = (name: string, ...shape: number[]): tf.Tensor =>
  tf.tensor(normal(key(7).fold(name), tf.util.sizeFromShape(shape)), shape);
const whole = (name: string, below: number, ...shape: number[]): tf.Tensor =>
  tf.tensor(
    Int32Array.from(uniform(key(7).fold(name), tf.util.sizeFromShape(shape)), (value) => Math.floor(value * below)),
    shape,
    'int32',
  );
const ints = (...values: number[]): tf.Tensor1D => tf.tensor1d(values, 'int32');

describe('strings', () => {
  const words = ['ein', 'Satz', '', 'mit', 'Wörtern', '雪', 'und', 'Lücken'];
  for (const [pad, widths, preserve] of [
    [-1, [2, 3], false],
    [0, [1], false],
    [1, [3], true],
    [2, [5], true],
  ] as const)
    test(`n-grams of ${widths.join(' and ')}, padding ${pad}${preserve ? ', short ones kept' : ''}`, () =>
      expectAgreement(() =>
        tf.string.stringNGrams(tf.tensor1d(words), ints(0, 3, 3, 8), '|', [...widths], 'L', 'R', pad, preserve),
      ));

  for (const skipEmpty of [true, false])
    test(`split, ${skipEmpty ? 'without' : 'with'} what is empty`, () =>
      expectAgreement(() =>
        tf.string.stringSplit(tf.tensor1d(['a,b,,c', '', ',x', 'ü,雪']), tf.scalar(','), skipEmpty),
      ));

  test('hashed into buckets', () =>
    expectAgreement(() => ({ hashed: tf.string.stringToHashBucketFast(tf.tensor2d([...words], [2, 4]), 1000) })));

  test('compared, with broadcasting', () =>
    expectAgreement(() => {
      const [a, b] = [tf.tensor2d(['b', 'ä', 'B', ''], [4, 1]), tf.tensor1d(['a', 'b', 'ä'])];
      return {
        less: tf.less(a, b),
        lessEqual: tf.lessEqual(a, b),
        greater: tf.greater(a, b),
        greaterEqual: tf.greaterEqual(a, b),
      };
    }));
});

describe('sparse tensors', () => {
  test('reshaped, with a size that follows from the others', () =>
    expectAgreement(() =>
      tf.sparse.sparseReshape(
        tf.tensor2d([0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 0, 1, 2, 3], [5, 3], 'int32'),
        ints(2, 3, 6),
        ints(9, -1),
      ),
    ));

  test('empty rows filled', () =>
    expectAgreement(() =>
      tf.sparse.sparseFillEmptyRows(
        tf.tensor2d([0, 0, 1, 0, 1, 3, 1, 4, 3, 2, 3, 3], [6, 2], 'int32'),
        normals('values', 6) as tf.Tensor1D,
        ints(5, 6),
        tf.scalar(-1),
      ),
    ));

  test('sums and means of segments, float32 and int32', () =>
    expectAgreement(() => {
      const [indices, segments] = [whole('indices', 7, 9), ints(0, 0, 0, 2, 2, 3, 5, 5, 5)];
      const [x, n] = [normals('data', 7, 2, 3), whole('data', 1000, 7, 4)];
      return {
        sum: tf.sparse.sparseSegmentSum(x, indices as tf.Tensor1D, segments),
        mean: tf.sparse.sparseSegmentMean(x, indices as tf.Tensor1D, segments),
        wholeSum: tf.sparse.sparseSegmentSum(n, indices as tf.Tensor1D, segments),
        wholeMean: tf.sparse.sparseSegmentMean(n, indices as tf.Tensor1D, segments),
      };
    }));

  test('what is wrong is said in the words of TensorFlow.js', async () => {
    const wrong = (): tf.Tensor => tf.sparse.sparseSegmentSum(normals('data', 3), ints(0, 1), ints(1, 0));
    const said = /^segment ids are not increasing$/;
    expect(wrong).toThrow(said);
    await expect(on('cpu', () => ({ sum: wrong() }))).rejects.toThrow(said);
  });

  test.each([
    [
      'a segment that is not in order',
      () => tf.sparse.sparseSegmentMean(tf.ones([3, 2]), ints(0, 1, 2), ints(0, 0, -1)),
      'segment ids',
    ],
    [
      'a segment out of range',
      () => tf.sparse.sparseSegmentSum(tf.ones([3, 2]), ints(0, 1), ints(-1, 0)),
      'possibly because segmentIds input is not sorted',
    ],
    [
      'a row below 0',
      () =>
        tf.sparse.sparseFillEmptyRows(tf.tensor2d([-1, 0], [1, 2], 'int32'), tf.ones([1]), ints(5, 6), tf.scalar(0))
          .outputValues!,
      'indices(0, 0) is invalid: -1 < 0',
    ],
    [
      'an index out of range',
      () => tf.gather(tf.ones([2]), ints(100)),
      'GatherV2: the index value 100 is not in [0, 1]',
    ],
    [
      'an axis that no input has',
      () => tf.einsum('ij,jk->in', tf.ones([2, 3]), tf.ones([3, 2])),
      'Output subscripts contain the label n not present in the input subscripts.',
    ],
  ] as const)('%s is said in the words of TensorFlow.js', async (_, wrong, said) => {
    expect(wrong).toThrow(said);
    await expect(on('cpu', () => ({ wrong: wrong() }))).rejects.toThrow(said);
  });
});

describe('ragged tensors', () => {
  test('gathered', () =>
    expectAgreement(() => {
      const { outputNestedSplits, outputDenseValues } = tf.raggedGather(
        [ints(0, 2, 2, 3), ints(0, 1, 3, 6)],
        normals('values', 6, 2),
        tf.tensor2d([2, 0, 1, 0], [2, 2], 'int32'),
        3,
      );
      return {
        ...Object.fromEntries(outputNestedSplits.map((splits, i) => [`splits${i}`, splits])),
        outputDenseValues,
      };
    }));

  test('ranges, float32 and int32', () =>
    expectAgreement(() => {
      const float = tf.raggedRange(tf.tensor1d([0, 5, 8]), tf.tensor1d([3, 5, 2]), tf.tensor1d([0.5, 1, -2]));
      const integer = tf.raggedRange(ints(0, 5, 8), ints(8, 5, 2), ints(3, 1, -2));
      return { ...float, wholeSplits: integer['rtNestedSplits']!, wholeValues: integer['rtDenseValues']! };
    }));

  test('made dense, padded and cut', () =>
    expectAgreement(() => ({
      dense: tf.raggedTensorToTensor(
        ints(4, 2),
        normals('values', 6) as tf.Tensor1D,
        tf.scalar(-1),
        [ints(0, 1, 1, 5, 6)],
        ['ROW_SPLITS'],
      ),
    })));
});

describe('images', () => {
  for (const pad of ['same', 'valid'] as const)
    test(`places of maxima, ${pad}`, () =>
      expectAgreement(() => {
        const x = normals('image', 2, 5, 6, 3) as tf.Tensor4D;
        const counted = tf.maxPoolWithArgmax(x, [2, 3], [2, 1], pad, true);
        return { ...tf.maxPoolWithArgmax(x, 3, 2, pad), withBatch: counted['indexes']!, pooled: counted['result']! };
      }));

  test('places of maxima with padding by number are refused, with what to do', () => {
    expect(() => tf.maxPoolWithArgmax(normals('image', 1, 4, 4, 1) as tf.Tensor4D, 2, 2, 1)).toThrow(
      "maxPoolWithArgmax: pad is 'same' or 'valid' on TensorFlow, got 1: pad with tf.pad first",
    );
  });

  // Forward alone: the gradient that TensorFlow.js registers forgets how the size was rounded.
  for (const rounding of ['floor', 'round', 'ceil'] as const)
    test(`pooling with the size rounded by ${rounding}`, () =>
      expectAgreement(() => {
        const x = normals('image', 2, 6, 7, 2) as tf.Tensor4D;
        return { max: tf.maxPool(x, 3, 2, 1, rounding), average: tf.avgPool(x, 3, 2, 1, rounding) };
      }));

  for (const pad of ['same', 'valid', 1, 2] as const)
    test(`pooling of volumes, pad ${pad}`, () =>
      expectAgreement(() => {
        const x = normals('volume', 2, 4, 5, 6, 2) as tf.Tensor5D;
        // Windows of three, for places are told wrongly by TensorFlow.js' CPU backend where edges differ.
        const { value, grad } = tf.valueAndGrad((image: tf.Tensor) =>
          tf.square(tf.maxPool3d(image as tf.Tensor5D, 3, [1, 2, 1], pad)),
        )(x) as unknown as { value: tf.Tensor; grad: tf.Tensor };
        return {
          value,
          grad,
          max: tf.maxPool3d(x, 2, 1, pad),
          average: tf.avgPool3d(x, 2, 1, pad),
          rounded: tf.avgPool3d(x, 3, 2, pad, ...(typeof pad === 'number' ? (['ceil'] as const) : [])),
        };
      }));

  test('the mean of volumes with padding has the gradient of its definition', () => {
    const x = normals('volume', 1, 3, 3, 4, 1) as tf.Tensor5D;
    const weighted = (image: tf.Tensor): tf.Scalar => {
      const pooled = tf.avgPool3d(image as tf.Tensor5D, 2, 2, 1);
      return tf.sum(tf.mul(pooled, normals('weights', ...pooled.shape)));
    };
    // Linear: the gradient is what each voxel alone comes to.
    const alone = Array.from({ length: x.size }, (_, i) =>
      weighted(tf.reshape(tf.cast(tf.oneHot(i, x.size), 'float32'), x.shape)).dataSync(),
    );
    expectClose(
      tf.grad(weighted)(x).dataSync(),
      alone.map(([value]) => value!),
      1e-5,
    );
  });

  test('a volume smaller than its window has no windows', () =>
    expectAgreement(() => {
      const x = tf.ones([1, 1, 1, 1, 1]) as tf.Tensor5D;
      return { max: tf.maxPool3d(x, [1, 1, 3], 1, 'valid'), average: tf.avgPool3d(x, [1, 1, 3], 1, 'valid') };
    }));

  test('maxima with more padding than the window is wide, forward and backward', () =>
    expectAgreement(() => {
      const x = normals('image', 2, 3, 4, 2) as tf.Tensor4D;
      const pooled = (image: tf.Tensor): tf.Tensor => tf.maxPool(image as tf.Tensor4D, 2, 3, 2);
      return {
        max: pooled(x),
        grad: tf.grad((image) => tf.where(tf.isFinite(pooled(image)), pooled(image), 0))(x),
        ceil: tf.maxPool(x, 2, 3, 1, 'ceil'),
        pixel: tf.maxPool(tf.ones([1, 2, 2, 3]) as tf.Tensor4D, 1, 2, 1),
      };
    }));

  test('places of maxima look past what is not a number', () =>
    expectAgreement(() => {
      const x = tf.tensor4d([NaN, 1, 2, 3, 4, NaN, 6, 7, 9], [1, 3, 3, 1]);
      return { ...tf.maxPoolWithArgmax(x, 2, 1, 'valid') };
    }));

  for (const interpolation of ['nearest', 'bilinear'] as const)
    for (const fill of ['constant', 'reflect', 'wrap', 'nearest'] as const)
      test(`projective transforms: ${interpolation}, ${fill}`, () =>
        expectAgreement(() => {
          // One image at a time: TensorFlow.js' CPU backend leaves all others empty.
          const moved = (...transform: number[]): tf.Tensor =>
            tf.image.transform(
              normals('image', 1, 7, 6, 2) as tf.Tensor4D,
              tf.tensor2d(transform, [1, 8]),
              interpolation,
              fill,
              0.5,
              [5, 8],
            );
          // Off the middle between two pixels, where roundings part.
          return {
            skewed: moved(0.9, 0.13, -1.21, -0.21, 1.1, 1.37, 0.003, -0.002),
            shifted: moved(1, 0, 2.2, 0, 1, -3.3, 0, 0),
          };
        }));

  // On a processor without oneDNN, TensorFlow has no kernels for these: `npm run processors` tries both.
  test('dilated depthwise convolutions, plain, fused and separable', () =>
    expectAgreement(() => {
      const x = normals('image', 2, 7, 8, 3) as tf.Tensor4D;
      const filter = normals('filter', 3, 2, 3, 2) as tf.Tensor4D;
      const shared = { filter, strides: 1, dilations: [2, 3] as [number, number] };
      return {
        plain: tf.depthwiseConv2d(x, filter, 1, 'same', 'NHWC', [2, 3]),
        valid: tf.depthwiseConv2d(x, filter, 1, 'valid', 'NHWC', 2),
        fused: tf.fused.depthwiseConv2d({ x, ...shared, pad: 'same', bias: normals('bias', 6), activation: 'relu' }),
        separable: tf.separableConv2d(x, filter, normals('points', 1, 1, 6, 4) as tf.Tensor4D, 1, 'same', [2, 2]),
      };
    }));

  for (const activation of ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'] as const)
    test(`convolution, bias and ${activation} in one call, channels last and first, padded by number`, () =>
      expectAgreement(() => {
        const shared = {
          filter: normals('filter', 3, 3, 2, 4) as tf.Tensor4D,
          strides: 1,
          pad: 1,
          bias: normals('bias', 4),
          activation,
          preluActivationWeights: normals('alpha', 4),
          leakyreluAlpha: 0.3,
        };
        const x = normals('image', 2, 5, 6, 2) as tf.Tensor4D;
        return {
          last: tf.fused.conv2d({ x, ...shared }),
          first: tf.fused.conv2d({ x: tf.transpose(x, [0, 3, 1, 2]), dataFormat: 'NCHW', ...shared }),
        };
      }));
});

describe('counts, places and types', () => {
  test('different values, NaN and both zeros too, by element, row and column', () =>
    expectAgreement(() => {
      const x = tf.tensor2d([NaN, 1, 0, NaN, NaN, 1, -0, NaN, 2, 1, 2, NaN], [3, 4]);
      return {
        ...tf.unique(tf.reshape(x, [12])),
        rows: tf.unique(x).values,
        columns: tf.unique(x, 1).values,
        wholes: tf.unique(ints(3, 1, 3, 2)).indices,
      };
    }));

  test('counts of numbers, weighted and not, by vector and by row', () =>
    expectAgreement(() => {
      const x = whole('numbers', 6, 4, 5) as tf.Tensor2D;
      const [none, weights] = [tf.tensor2d([], [0, 5]), normals('weights', 4, 5) as tf.Tensor2D];
      return {
        rows: tf.denseBincount(x, none, 5),
        weighted: tf.denseBincount(x, weights, 5),
        binary: tf.denseBincount(x, none, 5, true),
        vector: tf.denseBincount(tf.reshape(x, [20]) as tf.Tensor1D, tf.reshape(weights, [20]) as tf.Tensor1D, 6),
      };
    }));

  test('where values go in sorted rows', () =>
    expectAgreement(() => {
      const [rows, values] = [
        tf.tensor2d([0, 3, 3, 9, 1, 2, 3, 4], [2, 4]),
        tf.tensor2d([3, 10, -1, 4, 0, 2.5], [2, 3]),
      ];
      return { left: tf.lowerBound(rows, values), right: tf.upperBound(rows, values) };
    }));

  test('integers, truth values and what is no number', () =>
    expectAgreement(() => {
      const [odd, n] = [tf.tensor1d([1.5, -0, 0, NaN, -3, Infinity]), ints(-12_345_678, 0, 7, 2 ** 31 - 1)];
      return {
        sign: tf.sign(odd),
        signOfIntegers: tf.sign(n),
        round: tf.round(tf.tensor1d([0.5, 1.5, -2.5, 2.4])),
        roundOfIntegers: tf.round(n),
        step: tf.step(odd, 0.25),
        stepOfIntegers: tf.step(n),
        leakyRelu: tf.leakyRelu(n, 0.1),
        diagonal: tf.diag(tf.tensor1d([1, 0, 1], 'bool')),
        and: tf.bitwiseAnd(n, ints(255, 255, 3, 65_535)),
        scattered: tf.scatterND(ints(0, 4, 4, 2), tf.tensor1d([1, 2, 3, 4]), [6]),
      };
    }));

  test('draws of categories: the same for the same seed, others for another, by their probabilities', () => {
    const probabilities = tf.tensor2d([0.1, 0.2, 0.7, 0.5, 0, 0.5], [2, 3]);
    const draw = (seed: number): Int32Array =>
      tf.multinomial(probabilities, 10_000, seed, true).dataSync() as Int32Array;
    const drawn = draw(3);
    expect(draw(3)).toEqual(drawn);
    expect(draw(4)).not.toEqual(drawn);
    const share = (row: number, category: number): number =>
      drawn.subarray(row * 10_000, (row + 1) * 10_000).filter((one) => one === category).length / 10_000;
    const shares = [0, 1].flatMap((row) => [0, 1, 2].map((category) => share(row, category)));
    // Four standard deviations of a share of 10,000.
    expectClose(shares, probabilities, 0.02, 'share');
    expect(share(1, 1)).toBe(0);
  });
});
