import { DataType, startBinding, type HostValues, type TensorFlowBinding } from '@spatial-ensemble/engine/binding';
import { beforeAll, describe, expect, test } from 'vitest';
import { type, text, shape, bytes, floats, strings, one, value } from './words.ts';

let b: TensorFlowBinding;
beforeAll(async () => void (b = await startBinding()));

describe('data', () => {
  const roundTrips: [string, number, number[], HostValues][] = [
    [
      'float32, its special values included',
      DataType.float32,
      [2, 3],
      Float32Array.of(1.5, -0, NaN, Infinity, -Infinity, 2 ** -149),
    ],
    ['int32 at its ends', DataType.int32, [3], Int32Array.of(-(2 ** 31), 0, 2 ** 31 - 1)],
    ['bool', DataType.bool, [3], Uint8Array.of(1, 0, 1)],
    ['uint8', DataType.uint8, [2, 1], Uint8Array.of(0, 255)],
    ['complex64, interleaved', DataType.complex64, [2], Float32Array.of(1, -2, 3.5, 4)],
    ['uint64', DataType.uint64, [2], BigUint64Array.of(0n, 2n ** 64n - 1n)],
    ['a scalar', DataType.float32, [], Float32Array.of(7)],
    ['no rows', DataType.float32, [0, 3], new Float32Array(0)],
    ['no columns', DataType.int32, [2, 0], new Int32Array(0)],
  ];
  for (const [name, dtype, dims, data] of roundTrips) {
    test(`${name} goes in and comes out`, () => {
      const id = b.createTensor(dims, dtype, data);
      const identity = one('Identity', [type('T', dtype)], [id]);
      expect(identity).toMatchObject({ shape: dims, dtype });
      for (const read of [b.tensorDataSync(id), b.tensorDataSync(identity.id)]) {
        expect(read.constructor).toBe(data.constructor);
        expect(read).toEqual(data);
      }
    });
  }

  test('a view into a larger buffer gives its own elements', () => {
    const large = Float32Array.of(0, 1, 2, 3, 4);
    expect(b.tensorDataSync(b.createTensor([2], DataType.float32, large.subarray(2, 4)))).toEqual(
      Float32Array.of(2, 3),
    );
  });

  test('int64 goes in as low and high words, or whole, and comes out whole', () => {
    const words = b.createTensor([3], DataType.int64, Int32Array.of(5, 0, -1, -1, 0, 1));
    const whole = b.createTensor([3], DataType.int64, BigInt64Array.of(5n, -1n, 2n ** 32n));
    expect(b.tensorDataSync(words)).toEqual(BigInt64Array.of(5n, -1n, 2n ** 32n));
    expect(value('AddV2', [type('T', DataType.int64)], [words, whole])).toEqual(BigInt64Array.of(10n, -2n, 2n ** 33n));
  });

  test('strings of any bytes, short ones and long ones', () => {
    // 22 bytes and fewer are kept inside TensorFlow's TF_TString; longer ones are allocated.
    const all = Uint8Array.from({ length: 256 }, (_, i) => i);
    const values = [
      new Uint8Array(0),
      bytes('\0'),
      bytes('a\0b'),
      bytes('x'.repeat(22)),
      bytes('y'.repeat(23)),
      all,
      Uint8Array.from({ length: 5000 }, (_, i) => i % 251),
    ];
    const id = b.createTensor([7], DataType.string, values);
    expect(b.tensorDataSync(id)).toEqual(values);
    expect(b.tensorDataSync(one('Identity', [type('T', DataType.string)], [id]).id)).toEqual(values);
    expect(value('StringLength', [text('unit', 'BYTE')], [id])).toEqual(Int32Array.of(0, 1, 3, 22, 23, 256, 5000));
  });

  test('strings of shape [], [0] and [2, 0]', () => {
    expect(b.tensorDataSync(b.createTensor([], DataType.string, [bytes('scalar')]))).toEqual([bytes('scalar')]);
    expect(b.tensorDataSync(b.createTensor([0], DataType.string, []))).toEqual([]);
    expect(one('Identity', [type('T', DataType.string)], [b.createTensor([2, 0], DataType.string, [])]).shape).toEqual([
      2, 0,
    ]);
  });

  test('complex arithmetic', () => {
    const id = b.createTensor([1], DataType.complex64, Float32Array.of(3, 4));
    expect(value('ComplexAbs', [type('T', DataType.complex64), type('Tout', DataType.float32)], [id])).toEqual(
      Float32Array.of(5),
    );
  });

  test('a resource is bytes', () => {
    const variable = one(
      'VarHandleOp',
      [type('dtype', DataType.float32), shape('shape', [2]), text('shared_name', 'counter'), text('container', '')],
      [],
    );
    expect(variable).toMatchObject({ shape: [], dtype: DataType.resource });
    expect(b.executeOp('AssignVariableOp', [type('dtype', DataType.float32)], [variable.id, floats(1, 2)], 0)).toEqual(
      [],
    );
    expect(value('ReadVariableOp', [type('dtype', DataType.float32)], [variable.id])).toEqual(Float32Array.of(1, 2));
    const handle = b.tensorDataSync(variable.id);
    expect(handle).toBeInstanceOf(Uint8Array);
    expect(Buffer.from(handle as Uint8Array).includes('counter')).toBe(true);
  });

  test('every read is a copy of its own', () => {
    const given = Float32Array.of(1, 2);
    const id = b.createTensor([2], DataType.float32, given);
    given[0] = 9;
    const first = b.tensorDataSync(id) as Float32Array;
    first[1] = 9;
    expect(b.tensorDataSync(id)).toEqual(Float32Array.of(1, 2));
    const [word] = b.tensorDataSync(strings('abc')) as Uint8Array[];
    expect(word!.byteOffset + word!.length).toBeLessThanOrEqual(word!.buffer.byteLength);
  });

  test('a read outlives its tensor', () => {
    const id = floats(...Array.from({ length: 1000 }, (_, i) => i));
    const read = b.tensorDataSync(id);
    b.deleteTensor(id);
    floats(...Array.from({ length: 1000 }, () => -1));
    expect(read[999]).toBe(999);
  });

  test('a deleted tensor is unknown', () => {
    const before = b.getNumOfTensors();
    const id = floats(1);
    expect(b.getNumOfTensors()).toBe(before + 1);
    b.deleteTensor(id);
    expect(b.getNumOfTensors()).toBe(before);
    for (const use of [
      () => b.deleteTensor(id),
      () => b.tensorDataSync(id),
      () => one('Identity', [type('T', 1)], [id]),
      () => b.tensorDataSync(-1),
      () => b.tensorDataSync(undefined as never),
    ]) {
      expect(use).toThrow(/is not known to TensorFlow/);
    }
  });

  const refused: [string, unknown, unknown, unknown, RegExp][] = [
    [
      'too few elements',
      [2, 2],
      DataType.float32,
      Float32Array.of(1),
      /\[2, 2\] of float32 takes 4 elements of Float32Array, got 1/,
    ],
    ['too many elements', [2], DataType.int32, Int32Array.of(1, 2, 3), /takes 2 elements of Int32Array, got 3/],
    ['elements for an empty shape', [0], DataType.int32, Int32Array.of(1), /takes 0 elements/],
    ['one word for an int64', [1], DataType.int64, Int32Array.of(1), /takes 2 elements of Int32Array, got 1/],
    ['half a complex number', [1], DataType.complex64, Float32Array.of(1), /takes 2 elements/],
    ['floats for int32', [1], DataType.int32, Float32Array.of(1), /int32 is made from Int32Array, got Float32Array/],
    ['doubles', [1], DataType.float32, Float64Array.of(1), /float32 is made from Float32Array, got Float64Array/],
    ['a plain array', [1], DataType.float32, [1], /made from a typed array/],
    ['null', [1], DataType.float32, null, /made from a typed array/],
    ['an unknown type', [1], 1000, Int32Array.of(1), /unknown data type 1000/],
    [
      'a type that has no data on the host',
      [1],
      DataType.resource,
      Uint8Array.of(1),
      /cannot make a tensor of resource/,
    ],
    ['no type', [1], undefined, Int32Array.of(1), /unknown data type undefined/],
    ['too few strings', [2], DataType.string, [bytes('a')], /takes 2 strings, got 1/],
    ['strings that are not bytes', [1], DataType.string, ['a'], /array of Uint8Array/],
    ['bytes for strings', [1], DataType.string, bytes('a'), /array of Uint8Array/],
    ['a negative size', [-1], DataType.float32, Float32Array.of(1), /whole numbers from 0 up, got \[-1\]/],
    ['half a row', [0.5], DataType.float32, Float32Array.of(1), /whole numbers from 0 up/],
    ['no shape', undefined, DataType.float32, Float32Array.of(1), /the shape must be a list/],
  ];
  for (const [name, dims, dtype, data, message] of refused) {
    test(`refuses ${name}`, () => {
      const before = b.getNumOfTensors();
      expect(() => b.createTensor(dims as number[], dtype as number, data as HostValues)).toThrow(message);
      expect(b.getNumOfTensors()).toBe(before);
    });
  }
});
