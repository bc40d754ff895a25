import { startBinding, TensorFlowError, type TensorFlowBinding } from '@spatial-ensemble/engine/binding';
import { beforeAll, describe, expect, test } from 'vitest';
import { type, bool, int, text, floats, ints, one, value, MATMUL } from './words.ts';

let b: TensorFlowBinding;
beforeAll(async () => void (b = await startBinding()));

describe('ops', () => {
  test('several outputs, lists of inputs, a scalar out', () => {
    expect(
      b
        .executeOp(
          'TopKV2',
          [bool('sorted', true), type('T', 1)],
          [floats(1, 3, 2), b.createTensor([], 3, Int32Array.of(2))],
          2,
        )
        .map(({ id }) => b.tensorDataSync(id)),
    ).toEqual([Float32Array.of(3, 2), Int32Array.of(1, 2)]);
    expect(
      value(
        'ConcatV2',
        [int('N', 2), type('T', 1), type('Tidx', 3)],
        [floats(1), floats(2, 3), b.createTensor([], 3, Int32Array.of(0))],
      ),
    ).toEqual(Float32Array.of(1, 2, 3));
    expect(one('Max', [bool('keep_dims', false), type('T', 3), type('Tidx', 3)], [ints(1, 3), ints(0)]).shape).toEqual(
      [],
    );
  });

  test("TensorFlow's own message comes through", () => {
    const [a, c] = [b.createTensor([2, 3], 1, new Float32Array(6)), b.createTensor([2, 2], 1, new Float32Array(4))];
    const message = /Matrix size-incompatible: In\[0\]: \[2,3\], In\[1\]: \[2,2\]/;
    expect(() => one('MatMul', MATMUL, [a, c])).toThrow(message);
    try {
      one('MatMul', MATMUL, [a, c]);
    } catch (error) {
      expect(error).toBeInstanceOf(TensorFlowError);
      expect((error as TensorFlowError).code).toBe(3);
    }
  });

  const calls: [string, unknown[], RegExp][] = [
    ['an unknown op', ['NoSuchOp', [], [], 1], /NoSuchOp/],
    ['no name', [null, [], [], 1], /named by a string/],
    ['no attributes', ['Neg', null, [], 1], /must be lists/],
    ['no inputs', ['Neg', [], null, 1], /must be lists/],
    ['no number of outputs', ['NoOp', [], [], null], /the number of outputs must be given/],
    ['half an output', ['NoOp', [], [], 0.5], /the number of outputs must be given/],
    ['a negative number of outputs', ['NoOp', [], [], -1], /the number of outputs must be given/],
    ['too few inputs', ['MatMul', MATMUL, [], 1], /2 inputs|expects 2|Expecting 2|expected 2/i],
    ['an input that is not a number', ['Neg', [], ['a'], 1], /not known to TensorFlow/],
  ];
  for (const [name, args, message] of calls) {
    test(`refuses ${name}`, () => {
      expect(() => b.executeOp(...(args as Parameters<typeof b.executeOp>))).toThrow(message);
    });
  }

  test('refuses too many inputs, inputs of another type, and another number of outputs', () => {
    const x = floats(1, 2);
    const before = b.getNumOfTensors();
    expect(() => one('Neg', [type('T', 1)], [x, x])).toThrow(TensorFlowError);
    expect(() => one('StringLength', [text('unit', 'BYTE')], [x])).toThrow(/float/);
    expect(() => one('AddV2', [type('T', 1)], [x, ints(1, 2)])).toThrow(/int32/);
    expect(() =>
      b.executeOp('TopKV2', [bool('sorted', true), type('T', 1)], [x, b.createTensor([], 3, Int32Array.of(1))], 1),
    ).toThrow(/Expecting 2 outputs/);
    expect(() => b.executeOp('Neg', [type('T', 1)], [x], 2)).toThrow('Neg has 1 output(s), asked for 2');
    expect(b.getNumOfTensors()).toBe(before + 2);
  });

  test('a failure leaves nothing behind and the next op works', () => {
    const x = floats(1);
    const before = b.getNumOfTensors();
    for (let i = 0; i < 50; i++)
      expect(() =>
        one(
          'GatherV2',
          [type('Tparams', 1), type('Tindices', 3), type('Taxis', 3)],
          [x, ints(5), b.createTensor([], 3, Int32Array.of(0))],
        ),
      ).toThrow(/is not in \[0, 1\)/);
    expect(b.getNumOfTensors()).toBe(before + 100);
    expect(value('Neg', [type('T', 1)], [x])).toEqual(Float32Array.of(-1));
  });
});
