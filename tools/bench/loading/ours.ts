import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { applyTransforms, drawTransforms, type AugmentSpec } from '@spatial-ensemble/datasets';
import { draws, key, permutation, view } from '@spatial-ensemble/random';
import sharp from 'sharp';

// Our side of the loading benchmark, see `reference.py`.

const BATCH = 32;
const VIEW_BYTES = 224 * 224 * 3;

/** momentum2's order: blur before grayscale, flip late. */
function twoViews(): readonly AugmentSpec[] {
  const style = 'torchvision';
  return [
    { blur: 1, solarize: 0 },
    { blur: 0.1, solarize: 0.2 },
  ].map(({ blur, solarize }) => [
    { op: 'random-resized-crop', size: 224, scale: [0.08, 1], ratio: [3 / 4, 4 / 3], interpolation: 'bilinear', style },
    { op: 'color-jitter', p: 0.8, brightness: 0.4, contrast: 0.4, saturation: 0.2, hue: 0.1, style },
    { op: 'gaussian-blur', p: blur, sigma: [0.1, 2], style },
    { op: 'grayscale', p: 0.2, style },
    { op: 'flip', p: 0.5 },
    { op: 'solarize', p: solarize, threshold: 128 },
  ]);
}

const root = process.argv[2]!;
const files = (await readdir(root, { recursive: true }))
  .filter((name) => /\.jpe?g$/i.test(name))
  .sort()
  .map((name) => join(root, name));
sharp.concurrency(1);
const augments = twoViews();
const batch = new Uint8Array(augments.length * BATCH * VIEW_BYTES);

/** Makes the batch of a step; the last files of an epoch that fill no batch are left out. */
async function load(step: number): Promise<void> {
  const perEpoch = Math.floor(files.length / BATCH);
  const epoch = Math.floor(step / perEpoch);
  const order = permutation(key(1).fold('order').fold(epoch), files.length);
  for (let i = 0; i < BATCH; i++) {
    const index = order[(step % perEpoch) * BATCH + i]!;
    const { data, info } = await sharp(await readFile(files[index]!))
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    augments.forEach((augment, v) => {
      const transforms = drawTransforms(augment, info, draws(view(key(1), 'unlabelled', epoch, index, v)));
      batch.set(applyTransforms(data, info, transforms), (v * BATCH + i) * VIEW_BYTES);
    });
  }
}

let step = 0;
process.stdout.write(`${JSON.stringify({ ready: true })}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  const { steps } = JSON.parse(line) as { steps: number };
  const ms: number[] = [];
  for (let i = 0; i < steps; i++) {
    const before = process.cpuUsage();
    await load(step++);
    const { user, system } = process.cpuUsage(before);
    ms.push((user + system) / 1e3);
  }
  process.stdout.write(`${JSON.stringify({ ms, peakMb: process.resourceUsage().maxRSS / 1024 })}\n`);
}
