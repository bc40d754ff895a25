import { byol, ByolSpec, RECIPES } from '@spatial-ensemble/byol';
import { KnnSpec, linearEvaluation } from '@spatial-ensemble/evaluation';
import { FixMatchSpec } from '@spatial-ensemble/fixmatch';
import { MocoSpec } from '@spatial-ensemble/moco';
import { parse, SchemaError, Study } from '@spatial-ensemble/record';
import { cifar10, dataSchema, fashionMnist, imageNet as imageNetSet } from '@spatial-ensemble/datasets';
import { describe, expect, test } from 'vitest';
import imageNet from '../byol-imagenet.experiment.ts';
import quickstart from '../quickstart.experiment.ts';
import { walk, withAt, type Case, type Walked } from './spec-fields.ts';

type Schema = Parameters<typeof parse>[0] & Walked;

const TEACHERS = ['none', 'tma', 'se', 'sts'].map((kind) => ({ teacher: { kind } }));
const linear = linearEvaluation(byol).schema as Schema;
const LINEAR = { protocol: 'sts', whose: 'teacher', classes: 10, images: 5000, pretraining: RECIPES.byol };
const PARTS = { labelled: 40, unlabelled: 'all', heldOut: 0 };

/** Every schema that a user writes against, with values that have each of its forms. */
const SCHEMAS: readonly (readonly [string, Schema, readonly unknown[]])[] = [
  ['FixMatch', FixMatchSpec as Schema, TEACHERS],
  [
    'BYOL',
    ByolSpec as Schema,
    [
      ...TEACHERS.map((teacher) => ({ ...RECIPES.momentum2, ...teacher })),
      RECIPES.byol,
      { ...RECIPES.byol, steps: 9e4 },
    ],
  ],
  ['MoCo', MocoSpec as Schema, TEACHERS],
  [
    'linear evaluation',
    linear,
    [
      { ...LINEAR, augment: { kind: 'none' } },
      { ...LINEAR, augment: { kind: 'shift' } },
      { ...LINEAR, augment: { kind: 'random-resized-crop' }, input: { kind: 'pixels', count: 9 } },
    ],
  ],
  ['nearest neighbours', KnnSpec as Schema, [{}]],
  [
    'data',
    dataSchema([fashionMnist, cifar10, imageNetSet]) as unknown as Schema,
    [
      { source: 'fashion-mnist', images: 'embedded', ...PARTS },
      { source: 'imagenet', folder: 'val', shrinkTo: 64, orientation: 'exif', ...PARTS },
    ],
  ],
  ['study', Study as Schema, [imageNet.study, quickstart.study]],
];

function problemsOf(schema: Schema, value: unknown): readonly string[] {
  try {
    parse(schema, value, 'what was walked');
    return [];
  } catch (error) {
    if (error instanceof SchemaError) return error.problems;
    throw error;
  }
}

/** What is wrong with the message about a case; undefined where it says all that it should. */
function unsaid(schema: Schema, valid: unknown, { kind, path, value, says }: Case): string | undefined {
  const problems = problemsOf(schema, withAt(valid, path, value));
  // An unknown key is told of by the object that it stands in.
  const where = (kind === 'unknown neighbour' ? path.slice(0, -1) : path).join('.');
  const there = problems.filter((line) => line.startsWith(where === '' ? '' : `${where}: `));
  return there.some((line) => says.every((part) => line.includes(part)))
    ? undefined
    : `${kind} at ${path.join('.')}, ${JSON.stringify(value)}: wanted ${says.join(' | ')}, got ${problems.join(' / ') || 'nothing'}`;
}

const WALKED = SCHEMAS.map(([name, schema, values]) => {
  const fields = new Map<string, { readonly valid: unknown; readonly cases: readonly Case[] }>();
  for (const value of values) {
    const valid = parse(schema, value, name);
    for (const [path, cases] of walk(schema, valid)) {
      // Forms of a union have fields of the same name.
      const key = `${path} ${JSON.stringify(cases)}`;
      if (cases.length > 0) fields.set(key, { valid, cases });
    }
  }
  const count = [...fields.values()].reduce((sum, { cases }) => sum + cases.length, 0);
  return { name, schema, fields, count };
});

describe('a message names the field, the value, what is allowed, and the nearest name', () => {
  test.each(WALKED.map((one) => [one.name, one.fields.size, one.count, one] as const))(
    '%s: %i fields, %i cases',
    (_, size, count, { schema, fields }) => {
      expect(count).toBeGreaterThan(size);
      const silent = [...fields.values()].flatMap(({ valid, cases }) =>
        cases.flatMap((one) => unsaid(schema, valid, one) ?? []),
      );
      expect(silent).toEqual([]);
    },
  );

  test('for all fields of all schemas', () => {
    const sum = (of: (one: (typeof WALKED)[number]) => number): number => WALKED.reduce((all, one) => all + of(one), 0);
    const counts = { fields: sum(({ fields }) => fields.size), cases: sum(({ count }) => count) };
    expect(counts.fields).toBeGreaterThan(300);
    expect(counts.cases).toBeGreaterThan(1000);
  });
});
