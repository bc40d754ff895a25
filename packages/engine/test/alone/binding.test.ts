import { exampleProto } from '../example-proto.ts';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  AttributeType,
  binding,
  DataType,
  startBinding,
  TensorFlowError,
  type Attribute,
  type HostValues,
  type TensorFlowBinding,
} from '@spatial-ensemble/engine/binding';

let b: TensorFlowBinding;

beforeAll(async () => {
  expect(() => binding()).toThrow(/TensorFlow is not running: call/);
  b = await startBinding();
});

const type = (name: string, value: unknown): Attribute => ({ name, type: AttributeType.type, value });
const bool = (name: string, value: unknown): Attribute => ({ name, type: AttributeType.bool, value });
const int = (name: string, value: unknown): Attribute => ({ name, type: AttributeType.int, value });
const float = (name: string, value: unknown): Attribute => ({ name, type: AttributeType.float, value });
const text = (name: string, value: unknown): Attribute => ({ name, type: AttributeType.string, value });
const shape = (name: string, value: unknown): Attribute => ({ name, type: AttributeType.shape, value });
const bytes = (value: string): Uint8Array => Uint8Array.from(Buffer.from(value, 'latin1'));
const floats = (...values: number[]): number =>
  b.createTensor([values.length], DataType.float32, Float32Array.from(values));
const ints = (...values: number[]): number => b.createTensor([values.length], DataType.int32, Int32Array.from(values));
const strings = (...values: string[]): number => b.createTensor([values.length], DataType.string, values.map(bytes));
const one = (op: string, attributes: Attribute[], inputs: number[]) => b.executeOp(op, attributes, inputs, 1)[0]!;
const value = (op: string, attributes: Attribute[], inputs: number[]) =>
  b.tensorDataSync(one(op, attributes, inputs).id);
const MATMUL = [bool('transpose_a', false), bool('transpose_b', false), type('T', DataType.float32)];

describe('the binding', () => {
  test("is one, with TensorFlow.js' constants and the version of TensorFlow", async () => {
    expect(binding()).toBe(b);
    expect(await startBinding()).toBe(b);
    expect(b.TF_Version).toMatch(/^2\.21\./);
    expect([
      b.TF_FLOAT,
      b.TF_INT32,
      b.TF_UINT8,
      b.TF_STRING,
      b.TF_COMPLEX64,
      b.TF_INT64,
      b.TF_BOOL,
      b.TF_RESOURCE,
    ]).toEqual([1, 3, 4, 7, 8, 9, 10, 20]);
    expect([b.TF_ATTR_STRING, b.TF_ATTR_INT, b.TF_ATTR_FLOAT, b.TF_ATTR_BOOL, b.TF_ATTR_TYPE, b.TF_ATTR_SHAPE]).toEqual(
      [0, 1, 2, 3, 4, 5],
    );
    expect(b.isUsingGpuDevice()).toBe(false);
  });
});

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
