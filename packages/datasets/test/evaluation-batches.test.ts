import { describe, expect, test } from 'vitest';
import { applyTransforms, drawTransforms, type AugmentSpec } from '@spatial-ensemble/augment';
import { batchesOf, type EvaluationBatch, type EvaluationOptions, type ImageSource } from '../src/index.ts';
import { loadFashionMnist } from '../src/sources/fashion-mnist.ts';

const set = await loadFashionMnist({ split: 'test', images: 'embedded' });

async function all(source: ImageSource, size: number, options?: EvaluationOptions): Promise<EvaluationBatch[]> {
  const batches: EvaluationBatch[] = [];
  for await (const batch of batchesOf(source, size, options)) batches.push(batch);
  return batches;
}

describe('evaluation batches', () => {
  test.each([0, 2])('hold every image once, in order, with %d workers', async (workers) => {
    const batches = await all(set, 3000, { workers });
    expect(batches.map(({ images }) => images.shape)).toEqual([
      ...Array.from({ length: 3 }, () => [3000, 28, 28, 1]),
      [1000, 28, 28, 1],
    ]);
    expect(Buffer.concat(batches.map(({ images }) => images.data)).equals(set.images)).toBe(true);
    expect(batches.flatMap(({ labels }) => [...labels.data])).toEqual([...set.labels]);
  });

  test('hold the images that are asked for', async () => {
    const [chosen] = await all(set, 10, { indices: [9, 2] });
    expect([...chosen!.labels.data]).toEqual([set.labels[9], set.labels[2]]);
    expect(chosen!.images.shape).toEqual([2, 28, 28, 1]);
    expect(await all(set, 10, { indices: [] })).toEqual([]);
  });

  test('are prepared alike each time', async () => {
    const augment: AugmentSpec = [
      { op: 'resize', size: 40, interpolation: 'bilinear' },
      { op: 'center-crop', size: 32 },
    ];
    const indices = [4, 90, 7];
    const [batch] = await all(set, 3, { indices, augment });
    expect(batch!.images.shape).toEqual([3, 32, 32, 1]);
    const shape = { height: 28, width: 28, channels: 1 };
    const refuse = (): never => {
      throw new Error('drawn');
    };
    const transforms = drawTransforms(augment, shape, { uniform: refuse, int: refuse, boolean: refuse });
    const expected = indices.map((index) =>
      applyTransforms(set.images.subarray(index * 784, (index + 1) * 784), shape, transforms),
    );
    expect(Buffer.concat(expected).equals(batch!.images.data)).toBe(true);
  });

  test('cannot be wrong in silence', async () => {
    await expect(all(set, 0)).rejects.toThrow('at least 1');
    await expect(all(set, 10, { indices: [10_000] })).rejects.toThrow('index 10000');
    await expect(all(set, 10, { augment: [{ op: 'flip', p: 0.5 }] })).rejects.toThrow(
      'an evaluation sees every image one way, so it has no step flip',
    );
    await expect(all(set, 10, { augment: [{ op: 'center-crop', size: 0 }] })).rejects.toThrow('`size`');
  });

  test('end where the caller stops', async () => {
    for await (const { labels } of batchesOf(set, 100, { workers: 1 })) {
      expect(labels.data.length).toBe(100);
      break;
    }
  });
});
