import { inspect } from 'node:util';
import type { Worker } from 'node:worker_threads';
import { key, uniform } from '@spatial-ensemble/random';
import { describe, expect, it } from 'vitest';
import { corrupt } from '../src/corruptions/corrupt.ts';
import type { Corrupted } from '../src/corruptions/corrupt-all.ts';
import { CORRUPTIONS } from '../src/corruptions/names.ts';
import { openCorrupting } from '../src/corrupting.ts';

const shape = { height: 12, width: 10, channels: 3 };
const SIZE = 360;
const indices = Int32Array.of(3, 1, 4, 15, 9);
const data = Uint8Array.from(uniform(key(2), indices.length * SIZE), (value) => 255 * value);
const own = key(8).fold('measured');
const images = { data, shape, indices, style: 'cifar', key: [own.lo, own.hi] } as const;

const large: Corrupted = { data: new Uint8Array(3 * 512 * 512), shape: { height: 512, width: 512, channels: 3 }, indices: Int32Array.of(0), key: [1, 2], style: 'imagenet', kind: 'glass-blur', severity: 3 }; // prettier-ignore

/** Threads of this process that have not ended. */
const threads = (): number => process.getActiveResourcesInfo().filter((one) => one === 'MessagePort').length;

describe('corrupting in threads', () => {
  it('gives every byte that the thread which asks would, whatever the number of threads', async () => {
    const before = threads();
    for (const workers of [0, 1, 3]) {
      const corrupting = openCorrupting(workers);
      const all = await Promise.all(CORRUPTIONS.map((kind) => corrupting.all({ ...images, kind, severity: 4 })));
      if (workers > 0) expect(threads()).toBeGreaterThan(before);
      await corrupting.close();
      CORRUPTIONS.forEach((kind, at) => {
        const expected = [...indices].flatMap((index, i) => [
          ...corrupt(data.subarray(i * SIZE, (i + 1) * SIZE), shape, { style: 'cifar', kind, severity: 4, key: own.fold(index) }), // prettier-ignore
        ]);
        expect(all[at], `${kind}, ${workers} threads`).toEqual(Uint8Array.from(expected));
      });
    }
    expect(threads()).toBe(before);
  });

  it('tells what went wrong in a thread, and where', async () => {
    const corrupting = openCorrupting(2);
    const error = await corrupting.all({ ...images, kind: 'fog', severity: 6 }).catch((one: unknown) => one as Error);
    await corrupting.close();
    expect(error).toMatchObject({
      message: 'fog of severity 6 failed: a severity is a whole number from 1 to 5, got 6',
      stack: expect.stringContaining('corruptions/corrupt.ts:'),
    });
  });

  it('tells that a thread ended, in a line and with what to do', async () => {
    const thread = new Promise<Worker>((found) => process.once('worker', found));
    const corrupting = openCorrupting(1);
    await corrupting.all({ ...images, kind: 'fog', severity: 1 });
    const made = corrupting.all(large).catch((one: unknown) => one as Error);
    await (await thread).terminate();
    const error = await made;
    await corrupting.close();
    expect(error).toMatchObject({ message: expect.stringMatching(/^glass-blur of severity 3 failed: its thread ended .*fewer threads \(--workers\)$/) }); // prettier-ignore
    // The pool's own holds the program.
    expect(inspect(error).length).toBeLessThan(5000);
  });

  it('is ended in the middle of an image', async () => {
    const before = threads();
    const corrupting = openCorrupting(1);
    await corrupting.all({ ...images, kind: 'fog', severity: 1 });
    const left = corrupting.all(large).then(
      () => 'made',
      () => 'left',
    );
    await corrupting.close();
    expect(await left).toBe('left');
    expect(threads()).toBe(before);
  });
});
