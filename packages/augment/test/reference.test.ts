import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { applyTransforms, type ImageShape, type Transform } from '../src/index.ts';
import { POOL } from '../src/operations/randaugment.ts';

type Operation = keyof typeof POOL;

interface Reference {
  readonly images: readonly ImageShape[];
  readonly cases: readonly (
    | {
        readonly image: number;
        readonly kind: 'level' | 'policy';
        readonly steps: readonly [op: Operation, level: number, sign: number][];
      }
    | { readonly image: number; readonly kind: 'paper'; readonly steps: readonly [op: Operation, u: number][] }
  )[];
}

const reference = JSON.parse(
  readFileSync(new URL('reference/augmentations.json', import.meta.url), 'utf8'),
) as Reference;
const bytes = gunzipSync(readFileSync(new URL('reference/augmentations.bin.gz', import.meta.url)));
let at = 0;
const take = ({ height, width, channels }: ImageShape): Uint8Array =>
  bytes.subarray(at, (at += height * width * channels));
const images = reference.images.map((shape) => ({ shape, data: take(shape) }));
const cases = reference.cases.map((described) => ({
  ...described,
  ...images[described.image]!,
  expected: take(images[described.image]!.shape),
}));

function transformsOf(described: (typeof cases)[number]): readonly Transform[] {
  const { shape } = described;
  if (described.kind === 'paper') return present(described.steps.map(([op, u]) => POOL[op].inPaperRange(u, shape)));
  const transforms = present(described.steps.map(([op, level, sign]) => POOL[op].atLevel(level, sign, shape)));
  return described.kind === 'policy' ? [...transforms, { op: 'fill-uncovered', fill: 127 }] : transforms;
}

function present(transforms: readonly (Transform | undefined)[]): readonly Transform[] {
  return transforms.filter((transform) => transform !== undefined);
}

describe('the same bytes as Pillow', () => {
  test('the reference is complete', () => {
    expect(at).toBe(bytes.length);
    expect(new Set(images.map(({ shape }) => shape.channels))).toEqual(new Set([1, 3]));
    for (const kind of ['level', 'policy', 'paper']) {
      const operations = new Set(cases.filter((c) => c.kind === kind).flatMap((c) => c.steps.map(([op]) => op)));
      expect(operations.size, kind).toBe(14);
    }
  });

  for (const kind of ['level', 'policy', 'paper'] as const) {
    test(`kind ${kind}`, () => {
      const different = cases
        .filter((c) => c.kind === kind)
        .flatMap((c) => {
          const got = applyTransforms(c.data, c.shape, transformsOf(c));
          const wrong = got.reduce((count, value, i) => count + (value === c.expected[i] ? 0 : 1), 0);
          return wrong === 0 ? [] : [`image ${c.image} ${JSON.stringify(c.steps)}: ${wrong} of ${got.length} bytes`];
        });
      expect(different).toEqual([]);
    });
  }
});
