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

function problems(value: unknown): readonly string[] {
  try {
    parse(schema, value, 'spec');
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
      'optimizer.learningRate: is missing',
      "teacher.kind: no form of this value has that 'kind'",
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
