import { draws, key, view } from '@spatial-ensemble/random';
import { describe, expect, test } from 'vitest';
import { applyTransforms, drawTransforms, type AugmentSpec } from '@spatial-ensemble/augment';
import { openLoader, type LoadedBatch, type LoaderOptions } from '../../src/index.ts';
import { doneIn } from '../../src/loader/control.ts';
import { chunksPerStep, createPlan } from '../../src/loader/plan.ts';
import { startWorkers } from '../../src/loader/worker-pool.ts';
import { hashBatch, hashesOf, options, source } from './fixture.ts';

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('batches', () => {
  test('have the shapes of their views, and the labels of their images', async () => {
    const loader = openLoader({ ...options, workers: 0 });
    const batch = (await loader.next()).value!;
    expect(batch.step).toBe(0);
    expect(Object.keys(batch.streams)).toEqual(['labelled', 'unlabelled']);
    expect(Object.keys(batch.streams.unlabelled!)).toEqual(['labels', 'weak', 'strong']);
    expect(batch.streams.unlabelled!.strong).toMatchObject({ shape: [56, 28, 28, 1] });
    expect(batch.streams.labelled!.labels.shape).toEqual([16]);
    expect([...batch.streams.labelled!.labels.data]).toEqual(
      Array.from(batch.indices.labelled!, (index) => source.labels[index]),
    );
    await loader.close();
  });

  test('without augmentation are the images themselves', async () => {
    const loader = openLoader({
      source,
      key: key(1),
      steps: 1,
      workers: 0,
      streams: [{ name: 's', indices: [4, 90], batch: 2, views: [{ name: 'plain', augment: [] }] }],
    });
    const { streams, indices } = (await loader.next()).value!;
    const expected = Buffer.concat(
      Array.from(indices.s!, (index) => source.images.subarray(index * 784, (index + 1) * 784)),
    );
    expect(expected.compare(Buffer.from(streams.s!.plain!.data))).toBe(0);
  });

  test('have the sizes that crops leave', async () => {
    const crop = { op: 'random-resized-crop', scale: [0.2, 1], ratio: [0.75, 1.3], interpolation: 'bilinear' } as const;
    const large: AugmentSpec = [{ ...crop, size: 40, style: 'torchvision' }];
    const small: AugmentSpec = [{ ...crop, size: 9, style: 'deepmind' }];
    const views = [
      { name: 'large', augment: large },
      { name: 'small', augment: small },
    ];
    const streams = [{ name: 's', indices: [4, 90, 7], batch: 5, views }];
    const loader = openLoader({ source, key: key(1), steps: 1, workers: 1, streams });
    const { streams: loaded, indices } = (await loader.next()).value!;
    expect(loaded.s!.large!.shape).toEqual([5, 40, 40, 1]);
    expect(loaded.s!.small!.shape).toEqual([5, 9, 9, 1]);
    const shape = { height: 28, width: 28, channels: 1 };
    indices.s!.forEach((index, i) => {
      const image = source.images.subarray(index * 784, (index + 1) * 784);
      const expected = (augment: AugmentSpec, n: number): Uint8Array =>
        applyTransforms(
          image,
          shape,
          drawTransforms(augment, shape, draws(view(key(1), 's', Math.floor(i / 3), index, n))),
        );
      expect(loaded.s!.large!.data.subarray(1600 * i, 1600 * (i + 1))).toEqual(expected(large, 0));
      expect(loaded.s!.small!.data.subarray(81 * i, 81 * (i + 1))).toEqual(expected(small, 1));
    });
    await loader.close();
  });

  test('run on over the end of an epoch; few images repeat, with other views', async () => {
    const seen: number[] = [];
    const images: Buffer[] = [];
    for await (const { streams, indices } of openLoader({ ...options, workers: 0 })) {
      seen.push(...indices.labelled!);
      for (let i = 0; i < 16; i++) images.push(Buffer.from(streams.labelled!.weak!.data.slice(i * 784, (i + 1) * 784)));
    }
    expect(seen.length).toBe(12 * 16);
    for (let epoch = 0; epoch < 32; epoch++)
      expect(seen.slice(epoch * 6, epoch * 6 + 6).sort((a, b) => a - b)).toEqual([2, 3, 5, 7, 11, 13]);
    const viewsOfSeven = new Set(images.filter((_, i) => seen[i] === 7).map((image) => image.toString('base64')));
    expect(viewsOfSeven.size).toBeGreaterThan(20);
  });

  test('views of one image differ between streams and between views', async () => {
    const stream = options.streams[0];
    const twice = [stream.views[0], { ...stream.views[0], name: 'again' }];
    const loader = openLoader({
      ...options,
      workers: 0,
      streams: [
        { ...stream, views: twice },
        { ...stream, name: 'other', views: twice },
      ],
    });
    const { streams, indices } = (await loader.next()).value!;
    const viewsOf = (name: string, image: number) =>
      ['weak', 'again'].map((view) => {
        const at = indices[name]!.indexOf(image);
        return Buffer.from(streams[name]![view]!.data.slice(at * 784, (at + 1) * 784)).toString('base64');
      });
    // Two views of 81 places and 2 sides coincide now and then; all six images' do not.
    const pairs = [2, 3, 5, 7, 11, 13].map(
      (image) => new Set([...viewsOf('labelled', image), ...viewsOf('other', image)]).size,
    );
    expect(pairs.filter((size) => size === 4).length).toBeGreaterThan(3);
    expect(indices.labelled).not.toEqual(indices.other);
  });
});

describe('a batch is a function of the step', () => {
  test('not of the number of workers, or of how far they run ahead', async () => {
    const expected = await hashesOf({ workers: 0 });
    expect(new Set(expected).size).toBe(12);
    expect(await hashesOf({ workers: 1, ahead: 2 })).toEqual(expected);
    expect(await hashesOf({ workers: 3, ahead: 5 })).toEqual(expected);
    expect(await hashesOf({ workers: 0, key: key(12) })).not.toEqual(expected);
  });

  test('not of the step that one resumes from', async () => {
    const expected = await hashesOf({ workers: 0 });
    expect(await hashesOf({ workers: 0, startStep: 5 })).toEqual(expected.slice(5));
    expect(await hashesOf({ workers: 2, startStep: 7 })).toEqual(expected.slice(7));
    expect(await hashesOf({ startStep: 12 })).toEqual([]);
  });
});

describe('worker threads', () => {
  test('stop when the ring is full, and leave a batch in use alone', async () => {
    const plan = createPlan({ ...options, order: 'keyed', startStep: 0, slots: 3 });
    const chunks = chunksPerStep(plan.streams);
    const pool = startWorkers(plan, 2);
    const done = () => [0, 1, 2].map((slot) => doneIn(plan.control, slot) / chunks);
    await pool.ready(0);
    while (Math.min(...done()) < 1) await wait(5);
    await wait(50);
    expect(done()).toEqual([1, 1, 1]);
    await pool.ready(2);
    while (Math.min(done()[0]!, done()[1]!) < 2) await wait(5);
    await wait(50);
    expect(done()).toEqual([2, 2, 1]);
    await pool.close();

    const loader = openLoader({ ...options, workers: 2, ahead: 2 });
    await loader.next();
    const batch = (await loader.next()).value!;
    const before = hashBatch(batch);
    await wait(50);
    expect(hashBatch(batch)).toBe(before);
    await loader.close();
    expect(hashBatch(batch)).toBe(before);
  });

  test('a failure reaches the caller at its step, with the stack of the thread', async () => {
    // At 2^53 images the epoch is no longer a whole number that a key can be folded with.
    const far: LoaderOptions = {
      ...options,
      streams: [{ ...options.streams[0], indices: [1], batch: 2 }],
      startStep: 2 ** 52 - 2,
      steps: 2 ** 52 + 8,
    };
    for (const workers of [0, 1, 2]) {
      const loader = openLoader({ ...far, workers });
      const steps: number[] = [];
      const failure = (async () => {
        for await (const { step } of loader) steps.push(step);
      })();
      await expect(failure).rejects.toThrow('a key is folded with a name or a whole number');
      expect(steps).toEqual([2 ** 52 - 2, 2 ** 52 - 1]);
      if (workers > 0)
        await expect(loader.next()).rejects.toThrow(
          expect.objectContaining({
            stack: expect.stringMatching(/in the worker: [^]*src\/loader\/fill\.ts:\d+:\d+\)/),
          }),
        );
      await loader.close();
    }
  });

  test('closing ends the iteration, also while a call waits', async () => {
    const loader = openLoader({ ...options, workers: 1 });
    const pending = loader.next().catch((error: Error) => error.message);
    await loader.close();
    expect(await pending).toBe('the loader was closed while next() was waiting');
    expect(await loader.next()).toEqual({ done: true, value: undefined });
    const steps: number[] = [];
    for await (const { step } of openLoader({ ...options, workers: 1 })) {
      steps.push(step);
      if (step === 1) break;
    }
    expect(steps).toEqual([0, 1]);
  });

  test('waiting is measured, and nothing else is', async () => {
    const loader = openLoader({ ...options, workers: 1, ahead: 4 });
    await loader.next();
    expect(loader.waitedMs).toBeGreaterThan(0);
    await wait(300);
    const before = loader.waitedMs;
    for (let i = 0; i < 2; i++) await loader.next();
    // The time between the calls, 300 ms, does not count, and both batches were ready.
    expect(loader.waitedMs - before).toBeLessThan(150);
    await loader.close();
  });

  test('calls do not overlap', async () => {
    const loader = openLoader({ ...options, workers: 1 });
    const first = loader.next();
    await expect(loader.next()).rejects.toThrow('next() was called while an earlier call was still waiting');
    expect(((await first).value as LoadedBatch).step).toBe(0);
    await loader.close();
  });
});

test('wrong options are named', () => {
  const open = (changes: Partial<LoaderOptions>) => () => openLoader({ ...options, ...changes });
  expect(open({ steps: 1.5 })).toThrow('`steps` must be a whole number of at least 0, got 1.5');
  expect(open({ startStep: 13 })).toThrow('`steps` must be a whole number of at least 13, got 12');
  expect(open({ workers: -1 })).toThrow('`workers`');
  expect(open({ ahead: 1 })).toThrow('`ahead` must be a whole number of at least 2');
  expect(open({ streams: [] })).toThrow('no streams');
});
