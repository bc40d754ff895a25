import {
  AttributeType,
  DataType,
  startBinding,
  TensorFlowError,
  type Attribute,
  type TensorFlowBinding,
} from '@spatial-ensemble/engine/binding';
import { beforeAll, describe, expect, test } from 'vitest';
import { exampleProto } from '../example-proto.ts';
import { type, bool, int, float, text, shape, bytes, floats, ints, strings, one, value, MATMUL } from './words.ts';

let b: TensorFlowBinding;
beforeAll(async () => void (b = await startBinding()));

describe('attributes', () => {
  test('types, booleans and integers that are whole', () => {
    const a = b.createTensor([2, 2], DataType.float32, Float32Array.of(1, 2, 3, 4));
    const transposed = [bool('transpose_a', true), bool('transpose_b', false), type('T', DataType.float32)];
    expect(value('MatMul', MATMUL, [a, a])).toEqual(Float32Array.of(7, 10, 15, 22));
    expect(value('MatMul', transposed, [a, a])).toEqual(Float32Array.of(10, 14, 14, 20));
    expect(
      b
        .executeOp('Unpack', [int('num', 2), type('T', 1), int('axis', 1)], [a], 2)
        .map(({ id }) => b.tensorDataSync(id)),
    ).toEqual([Float32Array.of(1, 3), Float32Array.of(2, 4)]);
  });

  test('fractions of integers are cut off', () => {
    const parts = b.executeOp(
      'Unpack',
      [int('num', 2.9), type('T', 1), int('axis', -1.9)],
      [b.createTensor([3, 2], 1, new Float32Array(6))],
      2,
    );
    expect(parts.map((part) => part.shape)).toEqual([[3], [3]]);
    expect(
      one('Squeeze', [type('T', 1), int('squeeze_dims', [0.7])], [b.createTensor([1, 1], 1, Float32Array.of(1))]).shape,
    ).toEqual([1]);
  });

  test('floats, given as whole numbers too', () => {
    expect(value('LeakyRelu', [type('T', 1), float('alpha', 0.5)], [floats(-2)])).toEqual(Float32Array.of(-1));
    expect(value('LeakyRelu', [type('T', 1), float('alpha', 2)], [floats(-2)])).toEqual(Float32Array.of(-4));
  });

  test('strings, as text and as bytes', () => {
    expect(value('StringLength', [text('unit', 'UTF8_CHAR')], [strings('\xc3\xa9')])).toEqual(Int32Array.of(1));
    expect(value('StringLength', [text('unit', bytes('BYTE'))], [strings('\xc3\xa9')])).toEqual(Int32Array.of(2));
    expect(
      value('ReduceJoin', [bool('keep_dims', false), text('separator', bytes('\0\xff'))], [strings('a', 'b'), ints(0)]),
    ).toEqual([bytes('a\0\xffb')]);
  });

  test('shapes, unknown sizes included', () => {
    const id = floats(1, 2);
    expect(one('EnsureShape', [type('T', 1), shape('shape', [2])], [id]).shape).toEqual([2]);
    expect(one('EnsureShape', [type('T', 1), shape('shape', [-1])], [id]).shape).toEqual([2]);
    expect(() => one('EnsureShape', [type('T', 1), shape('shape', [3])], [id])).toThrow(
      /not compatible with expected shape/,
    );
    expect(
      one('EnsureShape', [type('T', 1), shape('shape', [])], [b.createTensor([], 1, Float32Array.of(1))]).shape,
    ).toEqual([]);
  });

  test('lists of integers, floats and types', () => {
    expect(
      one('Squeeze', [type('T', 1), int('squeeze_dims', [0, 2])], [b.createTensor([1, 2, 1], 1, Float32Array.of(1, 2))])
        .shape,
    ).toEqual([2]);
    expect(
      one('Squeeze', [type('T', 1), int('squeeze_dims', [])], [b.createTensor([1, 2, 1], 1, Float32Array.of(1, 2))])
        .shape,
    ).toEqual([2]);
    expect(value('Bucketize', [type('T', 1), float('boundaries', [0, 10, 100])], [floats(-5, 10, 150)])).toEqual(
      Int32Array.of(0, 2, 3),
    );
    const [same] = b.executeOp('IdentityN', [type('T', [DataType.float32, DataType.int32])], [floats(1), ints(2)], 2);
    expect(b.tensorDataSync(same!.id)).toEqual(Float32Array.of(1));
  });

  test('lists of strings and of shapes, empty ones too', () => {
    const example = b.createTensor([], DataType.string, [exampleProto({ weights: [1.5, 2.5], bias: [3] })]);
    const fallback = b.createTensor([0], DataType.float32, new Float32Array(0));
    const parse = (keys: string[], shapes: number[][]) =>
      b.executeOp(
        'ParseSingleExample',
        [
          int('num_sparse', 0),
          text('sparse_keys', []),
          text('dense_keys', keys),
          type('sparse_types', []),
          type(
            'Tdense',
            keys.map(() => DataType.float32),
          ),
          shape('dense_shapes', shapes),
        ],
        [example, ...keys.map(() => fallback)],
        keys.length,
      );
    const made = parse(['weights', 'bias'], [[1, 2], []]);
    expect(made.map((tensor) => tensor.shape)).toEqual([[1, 2], []]);
    expect(made.map(({ id }) => b.tensorDataSync(id))).toEqual([Float32Array.of(1.5, 2.5), Float32Array.of(3)]);
    expect(parse([], [])).toEqual([]);
  });

  const wrong: { readonly [kind: string]: readonly [number, readonly unknown[]] } = {
    string: [AttributeType.string, [null, undefined, false, 1, {}, [1, 2, 3], ['a', 1]]],
    int: [AttributeType.int, [null, undefined, false, {}, 'text', [1, 'a'], [null], NaN]],
    float: [AttributeType.float, [null, undefined, true, {}, 'text', [true], NaN]],
    bool: [AttributeType.bool, [null, undefined, 10, {}, 'text', [1, 2, 3]]],
    type: [AttributeType.type, [null, undefined, {}, 'text', true, 999, 1.5, [1, 999], [null]]],
    shape: [AttributeType.shape, [null, undefined, {}, 'text', 2, [null], ['a'], [[1], 2]]],
  };
  for (const [kind, [number, values]] of Object.entries(wrong)) {
    test(`${kind} refuses what is not one, naming op and attribute`, () => {
      const [x, y] = [b.createTensor([1, 1], 1, Float32Array.of(1)), b.createTensor([1, 1], 1, Float32Array.of(1))];
      const before = b.getNumOfTensors();
      for (const bad of values) {
        expect(() => b.executeOp('MatMul', [{ name: 'T', type: number, value: bad }], [x, y], 1), String(bad)).toThrow(
          /^MatMul: attribute T/,
        );
      }
      expect(b.getNumOfTensors()).toBe(before);
    });
  }

  test('one of another kind, of an unknown kind or without a name is an error', () => {
    const x = floats(1);
    expect(() => one('Squeeze', [type('T', 1), text('squeeze_dims', 'all')], [x])).toThrow(TensorFlowError);
    expect(() => one('Neg', [{ name: 'T', type: 77, value: 1 }], [x])).toThrow(
      'Neg: attribute T has an unknown kind 77',
    );
    for (const name of [undefined, null, 3]) {
      expect(() => one('Neg', [{ name: name as unknown as string, type: AttributeType.type, value: 1 }], [x])).toThrow(
        /attribute/,
      );
    }
    for (const attribute of [undefined, null, 'T'])
      expect(() => one('Neg', [attribute as unknown as Attribute], [x])).toThrow(Error);
  });
});
