import { describe, expect, it } from 'vitest';
import { z } from 'zod';

import { nearest, parse, SchemaError, suggestion } from '../src/index.ts';

const schema = z.strictObject({
  optimizer: z.strictObject({ learningRate: z.number().positive(), momentum: z.number().default(0.9) }),
  teacher: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('tma'), momentum: z.number() }),
    z.strictObject({ kind: z.literal('sts'), momentum: z.number(), preserve: z.number() }),
  ]),
  granularity: z.enum(['tensor', 'layer', 'channel', 'neuron']).default('tensor'),
});
const valid = { optimizer: { learningRate: 0.1 }, teacher: { kind: 'tma', momentum: 0.9 } };

const problems = (value: unknown): readonly string[] => problemsOf(schema, value);

function problemsOf(of: z.ZodType, value: unknown): readonly string[] {
  try {
    parse(of, value, 'spec');
  } catch (error) {
    return (error as SchemaError).problems;
  }
  throw new Error('was accepted');
}

describe('parse', () => {
  it('fills in defaults', () => {
    expect(parse(schema, valid, 'spec')).toEqual({
      optimizer: { learningRate: 0.1, momentum: 0.9 },
      teacher: { kind: 'tma', momentum: 0.9 },
      granularity: 'tensor',
    });
  });

  it('names an unknown key, the nearest key and all keys', () => {
    expect(problems({ ...valid, optimizer: { learningrate: 0.1, learningRate: 0.1 } })).toEqual([
      "optimizer: unknown key 'learningrate'. Did you mean 'learningRate'? Valid here: learningRate, momentum.",
    ]);
  });

  it('does so inside the member of a union that the kind selects', () => {
    expect(problems({ ...valid, teacher: { kind: 'sts', momentum: 0.9, preserve: 0.5, perserve: 0.7 } })).toEqual([
      "teacher: unknown key 'perserve'. Did you mean 'preserve'? Valid here: kind, momentum, preserve.",
    ]);
  });

  it('suggests a choice', () => {
    expect(problems({ ...valid, granularity: 'chanel' })).toEqual([
      "granularity: 'chanel' is not one of the choices. Did you mean 'channel'? Valid here: channel, layer, neuron, tensor.",
    ]);
  });

  it('lists every problem at once, each with its path', () => {
    expect(problems({ optimizer: {}, teacher: { kind: 'ema' }, extra: 1 })).toEqual([
      'optimizer.learningRate: is missing; it takes a number above 0',
      "teacher.kind: 'ema' is not one of the choices. Did you mean 'tma'? Valid here: sts, tma.",
      "unknown key 'extra'. Valid here: granularity, optimizer, teacher.",
    ]);
  });

  it('reports the closest member of a plain union', () => {
    const pair = z.strictObject({ width: z.int(), height: z.int() });
    const either = z.strictObject({ crop: z.union([z.strictObject({ side: z.int() }), pair]) });
    expect(() => parse(either, { crop: { width: 4, heigth: 4, height: 4 } }, 'data')).toThrow(
      "crop: unknown key 'heigth'. Did you mean 'height'? Valid here: height, width.",
    );
  });

  const share = z.number().min(0).max(1);
  it.each<[string, z.ZodType, unknown, string]>([
    ['a share', share, 70, 'must be a number in [0, 1], got 70. Did you pass a percentage? 70 % is 0.7'],
    ['a share below 1', share.lt(1), 1, 'must be a number in [0, 1), got 1'],
    ['a share', share, -1, 'must be a number in [0, 1], got -1'],
    ['a share', share, NaN, 'must be a number in [0, 1], got NaN'],
    ['a number', z.number().positive(), '0.1x', 'must be a number above 0, got "0.1x"'],
    ['a number', z.number().nonnegative(), -3, 'must be a number from 0 up, got -3'],
    ['a number', z.number().max(5), 6, 'must be a number up to 5, got 6'],
    ['a number', z.number().lt(5), 5, 'must be a number below 5, got 5'],
    ['a count', z.int().positive(), 0.5, 'must be a whole number from 1 up, got 0.5'],
    ['a count', z.int().positive(), 0, 'must be a whole number from 1 up, got 0'],
    ['a count', z.int().min(1).lt(9), 9, 'must be a whole number from 1 to 8, got 9'],
    [
      'a count',
      z.int().positive(),
      1e300,
      'must be a whole number from 1 up, got 1e+300, beyond 9007199254740991, up to which whole numbers are exact',
    ],
    ['a switch', z.boolean(), 'yes', 'must be true or false, got "yes"'],
    ['a text', z.string(), 3, 'must be a text, got 3'],
    ['a text', z.string().min(1), '', 'must be a text that is not empty, got ""'],
    ['one of several numbers', z.union([z.literal(1), z.literal(3)]), 2, 'must be 1 or 3, got 2'],
    ['a choice', z.enum(['tensor', 'layer']), 3, 'must be one of tensor, layer, got 3'],
    ['a list', z.array(share).min(1).max(3), [], 'must be a list of 1 to 3, each a number in [0, 1], got []'],
    ['a list', z.array(share).min(2), [], 'must be a list of at least 2, each a number in [0, 1], got []'],
    ['a list', z.array(share).max(1), [0, 0], 'must be a list of at most 1, each a number in [0, 1], got [0,0]'],
    ['a pair', z.tuple([share, z.int()]), [0], 'must be a list of 2: a number in [0, 1]; a whole number, got [0]'],
    ['what may be null', z.union([z.int(), z.null()]), 'x', 'must be a whole number or null, got "x"'],
    ['an object', z.strictObject({ p: share, q: share }), 3, 'must be an object with the keys p, q, got 3'],
    ['a record', z.record(z.string(), share), 3, 'must be an object, got 3'],
    ['a default', share.default(0), -2, 'must be a number in [0, 1], got -2'],
  ])('says of %s what is allowed, and the value', (_, of, value, message) => {
    expect(problemsOf(z.strictObject({ field: of }), { field: value })).toEqual([`field: ${message}`]);
  });

  const scheduled = z.union([
    z.strictObject({ kind: z.enum(['constant', 'cosine']), value: share }),
    share.transform((value) => ({ kind: 'constant' as const, value })),
  ]);
  const steps = z.union([z.int().positive(), z.literal('epochs')]);
  it.each<[z.ZodType, unknown, string]>([
    // A number is told about numbers, an object about its keys, and what is neither about both.
    [scheduled, 70, 'must be a number in [0, 1], got 70. Did you pass a percentage? 70 % is 0.7'],
    [
      scheduled,
      { kind: 'cosin', value: 0.9 },
      "kind: 'cosin' is not one of the choices. Did you mean 'cosine'? Valid here: constant, cosine.",
    ],
    [
      scheduled,
      { kind: 'cosine', value: 2 },
      'value: must be a number in [0, 1], got 2. Did you pass a percentage? 2 % is 0.02',
    ],
    [scheduled, { kind: 'cosine' }, 'value: is missing; it takes a number in [0, 1]'],
    [scheduled, true, 'must be an object with the keys kind, value or a number in [0, 1], got true'],
    [steps, 0, 'must be a whole number from 1 up, got 0'],
    [steps, 1.5, "must be a whole number from 1 up or 'epochs', got 1.5"],
    [steps, 'epoch', "must be a whole number from 1 up or 'epochs', got \"epoch\". Did you mean 'epochs'?"],
    [schema.shape.teacher, 5, 'must be an object whose kind is one of tma, sts, got 5'],
    [
      schema.shape.teacher,
      'sts',
      'must be an object whose kind is one of tma, sts, got "sts". Did you mean {"kind":"sts"}?',
    ],
    [schema.shape.teacher, {}, 'kind: is missing; it takes one of tma, sts'],
    [schema.shape.teacher, { kind: 3 }, 'kind: must be one of tma, sts, got 3'],
  ])('of the members of a union %# explains the one that the value means', (of, value, message) => {
    expect(problemsOf(of, value)).toEqual([message]);
  });

  it('names a field with what stands before it, and a list by its places', () => {
    const list = z.strictObject({ scale: z.array(share) });
    expect(() => parse(list, { scale: [0, 2] }, 'the measurement', 'measurements.knn')).toThrow(
      '  - measurements.knn.scale.1: must be a number in [0, 1], got 2.',
    );
  });

  it('adds the value to a text that does not look as it should, and the name to a key', () => {
    const hyphened = z.string().regex(/^[a-z-]+$/, 'must be lower-case words joined by hyphens');
    const named = z.strictObject({ name: hyphened, arms: z.record(hyphened, share) });
    expect(problemsOf(named, { name: 'My Study', arms: { A: 0 } })).toEqual([
      'name: must be lower-case words joined by hyphens, got "My Study"',
      'arms.A: as a name, must be lower-case words joined by hyphens',
    ]);
    const tiers = z.partialRecord(z.enum(['paper', 'small']), share);
    expect(problemsOf(tiers, { smal: 1 })).toEqual([
      "unknown key 'smal'. Did you mean 'small'? Valid here: paper, small.",
    ]);
  });

  it('says what was being read', () => {
    expect(() => parse(schema, 3, 'result 1234.json')).toThrow(SchemaError);
    expect(() => parse(schema, 3, 'result 1234.json')).toThrow(/^result 1234.json is not valid:/);
  });
});

describe('nearest', () => {
  it('finds a slip of the pen and leaves strangers alone', () => {
    expect(nearest('momentm', ['momentum', 'preserve'])).toBe('momentum');
    expect(nearest('LearningRate', ['learningRate'])).toBe('learningRate');
    expect(nearest('epochs', ['momentum', 'preserve'])).toBeNull();
    expect(nearest('x', [])).toBeNull();
  });

  it('ends a message with all valid names', () => {
    expect(suggestion('epochs', ['steps', 'batch'])).toBe(' Valid here: batch, steps.');
    expect(suggestion('step', ['steps', 'batch'])).toBe(" Did you mean 'steps'? Valid here: batch, steps.");
  });
});
