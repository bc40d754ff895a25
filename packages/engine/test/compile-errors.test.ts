import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { key, type Key } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { compile, compileStep, keyed, useTensorFlow, type TracedKey } from '@spatial-ensemble/engine';

beforeAll(async () => {
  await useTensorFlow();
});

const source = readFileSync(fileURLToPath(import.meta.url), 'utf8').split('\n');

/** Where in this file a trace went wrong: the line that ends in `// at: <mark>`. */
function place(mark: string): string {
  return `compile-errors.test.ts:${source.findIndex((line) => line.endsWith(`// at: ${mark}`)) + 1}:`;
}

function messageOf(fail: () => unknown): string {
  try {
    fail();
  } catch (error) {
    return (error as Error).message;
  }
  return expect.fail('nothing was thrown');
}

const x = (): tf.Tensor1D => tf.tensor1d([1, 2, 3]);
const live = (): tf.Tensor1D => tf.add(x(), 1);

describe('reading a value while tracing', () => {
  const reads: readonly (readonly [mark: string, op: string, fn: (x: tf.Tensor) => unknown])[] = [
    [
      'dataSync',
      'Square',
      (y) => tf.scalar(tf.square(y).dataSync()[0]!), // at: dataSync
    ],
    [
      'arraySync',
      'Sqrt',
      (y) => tf.tensor(tf.sqrt(y).arraySync()), // at: arraySync
    ],
    [
      'branch',
      'Max',
      (y) => (tf.max(y).dataSync()[0]! > 0 ? y : tf.neg(y)), // at: branch
    ],
    [
      'print',
      'Neg',
      (y) => {
        tf.neg(y).print(); // at: print
        return y;
      },
    ],
    [
      'argument',
      'an argument',
      (y) => tf.scalar(y.dataSync()[0]!), // at: argument
    ],
  ];
  for (const [mark, op, fn] of reads) {
    test(`${mark} names the function, the op and the line`, () => {
      const message = messageOf(() => compile(fn as (x: tf.Tensor) => tf.Tensor, { name: 'my.loss' })(x()));
      expect(message).toMatch(new RegExp(`^my\\.loss: the value of ${op} was read while the function is traced`));
      expect(message).toContain(place(mark));
      expect(message).toContain('tf.where');
    });
  }

  test('data() and async functions', async () => {
    let read: Promise<unknown> | undefined;
    const f = compile((y: tf.Tensor) => {
      read = tf.exp(y).data(); // at: data
      return y;
    });
    f(x());
    await expect(read).rejects.toThrow('the value of Exp was read');
    await expect(read).rejects.toThrow(place('data'));
    expect(() => compile((async (y: tf.Tensor) => y) as unknown as (y: tf.Tensor) => tf.Tensor)(x())).toThrow(
      'the result is an instance of Promise',
    );
  });

  test('a literal is known and may be read', () => {
    expect(Array.from(compile((y: tf.Tensor) => tf.mul(y, tf.tensor1d([2]).dataSync()[0]!))(x()).dataSync())).toEqual([
      2, 4, 6,
    ]);
  });

  test('a shape that depends on data', () => {
    expect(messageOf(() => compile((y: tf.Tensor1D) => tf.unique(y).values)(x()))).toMatch(
      /the shape of what \w+ gives depends on data/,
    );
  });
});

describe('numbers that would be frozen', () => {
  const draws: readonly (readonly [name: string, fn: (x: tf.Tensor) => tf.Tensor])[] = [
    ['randomUniform', (y) => tf.add(y, tf.randomUniform([3]))],
    ['randomNormal', (y) => tf.add(y, tf.randomNormal([3], 0, 1, 'float32', 7))],
    ['randomStandardNormal', (y) => tf.add(y, tf.randomStandardNormal([3]))],
    ['randomUniformInt', (y) => tf.add(y, tf.randomUniformInt([3], 0, 9))],
    ['randomGamma', (y) => tf.add(y, tf.randomGamma([3], 1))],
    ['truncatedNormal', (y) => tf.add(y, tf.truncatedNormal([3]))],
    [
      'rand',
      (y) =>
        tf.add(
          y,
          tf.rand([3], () => 4),
        ),
    ],
    ['dropout', (y) => tf.dropout(y, 0.5)],
    ['multinomial', (y) => tf.multinomial(y as tf.Tensor1D, 2)],
  ];
  for (const [name, fn] of draws) {
    test(`tf.${name}`, () => {
      const message = messageOf(() => compile(fn, { name: 'noise' })(x()));
      expect(message).toContain(`noise: tf.${name} while the function is traced`);
      expect(message).toContain('compile-errors.test.ts:');
      expect(message).toContain('keyed');
      // Outside of a trace it goes on working.
      expect(fn(x())).toBeInstanceOf(tf.Tensor);
    });
  }

  test('assigning a variable', () => {
    const variable = tf.variable(x());
    const message = messageOf(() =>
      compile(
        (y: tf.Tensor) => {
          variable.assign(y as tf.Tensor1D); // at: assign
          return y;
        },
        { name: 'update' },
      )(x()),
    );
    expect(message).toMatch(/^update: a variable is assigned while the function is traced/);
    expect(message).toContain(place('assign'));
    variable.assign(live());
    expect(Array.from(variable.dataSync())).toEqual([2, 3, 4]);
  });

  test('a live tensor, a variable, or a tensor of the host that is captured', () => {
    const captures: readonly [string, (captured: tf.Tensor) => (y: tf.Tensor) => tf.Tensor, () => tf.Tensor][] = [
      ['live', (captured) => (y) => tf.add(y, captured), live], // at: live
      ['variable', (captured) => (y) => tf.add(captured, y), () => tf.variable(x())], // at: variable
      ['host', (captured) => (y) => tf.add(y, captured), x], // at: host
      ['read', (captured) => (y) => tf.add(y, captured.dataSync()[0]!), live], // at: read
      ['returned', (captured) => () => captured, live],
      ['reshaped', (captured) => (y) => tf.add(y, tf.reshape(captured, [3])), live], // at: reshaped
    ];
    for (const [mark, build, make] of captures) {
      const captured = make();
      const message = messageOf(() => compile(build(captured), { name: 'closure' })(x()));
      expect(message).toMatch(/^closure captures a live tensor .* Pass it as an argument\.$/);
      if (mark !== 'returned') expect(message).toContain(place(mark));
      expect(captured.dataSync()).toHaveLength(3);
    }
  });
});

describe('what is no tree of tensors', () => {
  const identity = compile((y: unknown) => y as tf.Tensor, { name: 'same' });
  class Model {
    weight = 1;
  }
  const bad: readonly (readonly [string, unknown, RegExp])[] = [
    ['a number', 3, /^args\[0\] is a number.*hostScalar\(3\)/],
    ['a number deep inside', { a: [{ rate: 0.1 }] }, /^args\[0\]\.a\[0\]\.rate is a number.*hostScalar\(0.1\)/],
    ['a boolean', true, /^args\[0\] is a boolean/],
    ['a string', { mode: 'train' }, /^args\[0\]\.mode is a string/],
    ['null', [null], /^args\[0\]\[0\] is null/],
    ['undefined', { y: undefined }, /^args\[0\]\.y is a undefined|is undefined/],
    ['a class', new Model(), /^args\[0\] is an instance of Model/],
    ['a map', new Map(), /^args\[0\] is an instance of Map/],
    ['a typed array without its shape', Float32Array.of(1), /^args\[0\] is an instance of Float32Array/],
    ['a function', () => 1, /^args\[0\] is a function/],
    [
      'doubles',
      { data: Float64Array.of(1), shape: [1] },
      /a host tensor holds a Float32Array, an Int32Array or a Uint8Array, got Float64Array/,
    ],
  ];
  for (const [name, value, message] of bad) {
    test(name, () => {
      expect(() => identity(value)).toThrow(message);
    });
  }

  test('a host tensor whose length does not match its shape', () => {
    expect(() => identity([{ data: new Float32Array(3), shape: [2, 2] }])).toThrow(
      /^same: args\[0\]\[0\]: shape \[2, 2\] of float32 takes 4 elements/,
    );
  });

  test('a disposed tensor', () => {
    const gone = x();
    gone.dispose();
    expect(() => identity({ gone })).toThrow('same: args[0].gone: Tensor is disposed');
  });

  test('results that are none', () => {
    for (const [result, message] of [
      [3, /^the result is a number/],
      [undefined, /^the result is/],
      [{ a: { data: Float32Array.of(1), shape: [1] } }, /the result\.a must be a tensor/],
      [[key(1)], /the result\[0\] must be a tensor/],
    ] as const) {
      expect(() => compile(() => result as unknown as tf.Tensor)()).toThrow(message);
    }
    expect(() => compile((k: Key) => k as unknown as tf.Tensor)(key(1))).toThrow('the result must be a tensor');
  });

  test('options that are none', () => {
    const f = (y: tf.Tensor): tf.Tensor => y;
    expect(() => compile(f, { name: 'a b' })).toThrow(/letters, digits/);
    expect(() => compile(f, { maxTraces: 0 })).toThrow(/maxTraces/);
    expect(() => compile(f, { precision: 'float16' as 'float32' })).toThrow(/precision is float32 or bfloat16/);
    expect(() => compile(f, { jit: true } as object)).toThrow(/unknown option jit/);
  });
});

describe('after a trace', () => {
  test('a tensor kept from it says where it belongs', () => {
    let kept: tf.Tensor | undefined;
    let argument: tf.Tensor | undefined;
    const f = compile(
      (y: tf.Tensor) => {
        argument = y;
        kept = tf.keep(tf.square(y));
        return tf.add(kept, 1);
      },
      { name: 'leaky' },
    );
    expect(Array.from(f(x()).dataSync())).toEqual([2, 5, 10]);
    for (const use of [
      () => kept!.dataSync(),
      () => tf.add(kept!, 1),
      () => f.fingerprint(tf.add(kept!, 1)),
      () => tf.add(argument!, 1),
      () => tf.clone(kept!),
    ]) {
      expect(use).toThrow(/belongs to the trace of leaky, which has ended/);
    }
    expect(() => compile((y: tf.Tensor) => tf.add(y, kept!))(x())).toThrow(
      /belongs to the trace of leaky|captures a live tensor/,
    );
    kept!.dispose();
  });

  test('a traced key kept from it, too', () => {
    let kept: TracedKey | undefined;
    compile((k: Key, y: tf.Tensor) => {
      kept = k.fold('a') as unknown as TracedKey;
      return y;
    })(key(1), x());
    expect(() => keyed.uniform(kept!, [2])).toThrow('a traced key was used outside the function that received it');
    expect(() => compile((k: Key) => keyed.uniform(k, [2]))(kept as unknown as Key)).toThrow(
      'a traced key was used outside',
    );
    expect(() => kept!.fold('b')).toThrow('a traced key was used outside');
  });

  test('an error in the function comes out as it is, and the next trace works', () => {
    const bomb = new Error('on purpose');
    let armed = true;
    const f = compile((y: tf.Tensor) => {
      if (armed) throw bomb;
      return tf.add(y, 1);
    });
    const before = tf.memory().numTensors;
    const input = x();
    expect(() => f(input)).toThrow(bomb);
    armed = false;
    expect(f.traces).toBe(0);
    expect(Array.from(f(input).dataSync())).toEqual([2, 3, 4]);
    expect(tf.memory().numTensors).toBe(before + 2);
  });

  test("TensorFlow's own complaint about shapes names the line", () => {
    const { log } = console;
    const message = messageOf(() =>
      compile(
        (y: tf.Tensor) =>
          tf.concat([tf.reshape(y, [3, 1]), tf.batchToSpaceND(tf.reshape(y, [3, 1, 1]), [2], [[0, 0]])]), // at: shapes
        { name: 'bad' },
      )(x()),
    );
    console.log = log;
    expect(message).toMatch(/batch|bad:/);
  });
});

test('a step must return [state, result], the state as it was', () => {
  type State = { readonly [name: string]: tf.Tensor };
  const step = (fn: (state: State) => unknown) =>
    compileStep(fn as (state: State) => readonly [State, tf.Tensor], { name: 'step' });
  const state = { a: tf.zeros([2]), b: tf.zeros([2]) };
  const bad: readonly (readonly [(state: State) => unknown, RegExp])[] = [
    [(s) => s, /^step must return \[state, result\]/],
    [(s) => [s], /^step must return \[state, result\]/],
    [({ a }) => [{ a }, a], /structure it took: missing \[state\.b\], added \[\]/],
    [(s) => [{ ...s, c: s['a'] }, []], /missing \[\], added \[state\.c\]/],
    [({ a, b }) => [[a, b], []], /missing \[state\.a, state\.b\], added \[state\[0\], state\[1\]\]/],
    [
      ({ a, b }) => [{ a: tf.concat([a!, a!]), b }, []],
      /step: state\.a was float32 \[2\] and comes back as float32 \[4\]/,
    ],
    [
      ({ a, b }) => [{ a, b: tf.cast(b!, 'int32') }, []],
      /step: state\.b was float32 \[2\] and comes back as int32 \[2\]/,
    ],
    [({ a }) => [{ a, b: 3 }, []], /state\.b is a number/],
  ];
  for (const [fn, message] of bad) expect(() => step(fn)(state)).toThrow(message);
  expect(() => compileStep((s: Key) => [s, []] as const, { name: 'step' })(key(1))).toThrow(
    'step: state is a key; state holds tensors: pass the key as an argument',
  );
  // Nothing was handed over.
  expect(Array.from(state.a.dataSync())).toEqual([0, 0]);
});
