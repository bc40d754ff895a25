import { mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { CUDA, expectMended, problem, test } from './places.ts';
import { fakeLibrary, makeWheels, offline, pinned, recorder, wheelPath } from './wheels.ts';

describe.concurrent('a fetch that is killed', () => {
  for (const where of ['Fetching tensorflow-cpu', 'Unpacking tensorflow-cpu'])
    test(`at "${where}" leaves nothing that looks finished, and the next one mends it`, async ({ at }) => {
      await expectMended(at, where);
    });

  test('goes on at the wheel that it had reached', async ({ at }) => {
    await at.inAProcess('gpu', 'Unpacking nvidia-cuda-nvcc-cu12');
    expect(at.left()).toContain(`.parts/${at.builds['linux-x64-cuda12']?.[0]?.sha256}`);
    const progress = recorder();
    await at.find({ device: 'gpu', progress });
    expect(progress.said).not.toContain('Fetching tensorflow');
    expect(progress.said).toContain('Fetching nvidia-cuda-nvcc-cu12');
    expect(at.left()).toEqual([CUDA]);
  });
});

test('a wheel that is cut short is not even one to pip', async ({ at }) => {
  const directory = mkdtempSync(join(tmpdir(), 'damaged-'));
  const wheel = { name: 'tensorflow-cpu', files: { 'tensorflow/libtensorflow_cc.so.2': fakeLibrary(100_000, 9) } };
  makeWheels(directory, [wheel]);
  const { files } = pinned(directory, wheel);
  truncateSync(wheelPath(directory, wheel.name), 50_000);
  const cut = { 'linux-x64-cpu': [{ ...pinned(directory, wheel), files }] };
  await expect(at.find({ builds: cut, env: offline(directory, at.cache) })).rejects.toEqual(
    problem('corrupt-wheel', /damaged/),
  );
  expect(at.left()).toEqual([]);
  rmSync(directory, { recursive: true });
});
