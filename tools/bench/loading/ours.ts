import { createInterface } from 'node:readline';
import type { AugmentSpec } from '@spatial-ensemble/augment';
import { imageNet, openLoader, type ViewSpec } from '@spatial-ensemble/datasets';
import { key } from '@spatial-ensemble/random';

// Our side of the loading benchmark, see `reference.py`: the loader of training, without threads of its own.

const BATCH = 32;

/** momentum2's order: blur before grayscale, flip late. */
function view(name: string, blur: number, solarize: number): ViewSpec {
  const style = 'torchvision';
  const augment: AugmentSpec = [
    { op: 'random-resized-crop', size: 224, scale: [0.08, 1], ratio: [3 / 4, 4 / 3], interpolation: 'bilinear', style },
    { op: 'color-jitter', p: 0.8, brightness: 0.4, contrast: 0.4, saturation: 0.2, hue: 0.1, style },
    { op: 'gaussian-blur', p: blur, sigma: [0.1, 2], style },
    { op: 'grayscale', p: 0.2, style },
    { op: 'flip', p: 0.5 },
    { op: 'solarize', p: solarize, threshold: 128 },
  ];
  return { name, augment };
}

const source = await imageNet.load(
  { folder: 'val' },
  { split: 'train', env: { ...process.env, SPATIAL_ENSEMBLE_IMAGENET: process.argv[2] } },
);
const loader = openLoader({
  source,
  key: key(1),
  steps: Number.MAX_SAFE_INTEGER,
  workers: 0,
  streams: [
    {
      name: 'unlabelled',
      indices: Int32Array.from({ length: source.count }, (_, i) => i),
      batch: BATCH,
      views: [view('one', 1, 0), view('two', 0.1, 0.2)],
    },
  ],
});

process.stdout.write(`${JSON.stringify({ ready: true })}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  const { steps } = JSON.parse(line) as { steps: number };
  const ms: number[] = [];
  for (let i = 0; i < steps; i++) {
    const before = process.cpuUsage();
    await loader.next();
    const { user, system } = process.cpuUsage(before);
    ms.push((user + system) / 1e3);
  }
  process.stdout.write(`${JSON.stringify({ ms, peakMb: process.resourceUsage().maxRSS / 1024 })}\n`);
}
