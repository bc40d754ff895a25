import type { AugmentSpec } from '@spatial-ensemble/augment';
import {
  imageNet,
  imageSet,
  openLoader,
  type ImageSource,
  type StreamSpec,
  type ViewSpec,
} from '@spatial-ensemble/datasets';
import { key } from '@spatial-ensemble/random';
import { answerQuestions, cpuTimed } from '../answer.ts';
import { memoryBeyondLibraries } from '../memory.ts';

// Our side of the loading benchmark, see `reference.py`: the loader of training, without threads of its own.

const memory = memoryBeyondLibraries();
const [kind, folder] = process.argv.slice(2);
const all = (count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => i);

/** What is loaded, and as what. */
interface Loaded {
  readonly source: ImageSource;
  readonly streams: readonly StreamSpec[];
}

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

/** BYOL's two views of JPEG files, 32 a batch. */
async function photographs(): Promise<Loaded> {
  const env = { ...process.env, SPATIAL_ENSEMBLE_IMAGENET: folder };
  const source = await imageNet.load({ folder: 'val' }, { split: 'train', env });
  const views = [view('one', 1, 0), view('two', 0.1, 0.2)];
  return { source, streams: [{ name: 'unlabelled', indices: all(source.count), batch: 32, views }] };
}

/** A step of FixMatch's, of images in memory: weak views of 16, weak and strong ones of 7·16, as TorchSSL draws them. */
function small(): Loaded {
  const [count, size] = [2000, 32];
  const source = imageSet({
    name: 'made',
    title: 'made images',
    split: 'train',
    height: size,
    width: size,
    channels: 3,
    classes: ['one'],
    images: Uint8Array.from({ length: count * size * size * 3 }, (_, i) => (i * 7919) % 256),
    labels: new Int32Array(count),
  });
  const weak: AugmentSpec = [
    { op: 'flip', p: 0.5 },
    { op: 'shift', max: 4, mode: 'reflect' },
  ];
  const strong: AugmentSpec = [
    ...weak,
    { op: 'randaugment', variant: 'paper-range' },
    { op: 'cutout', fraction: [0, 0.5] },
  ];
  const views = [
    { name: 'weak', augment: weak },
    { name: 'strong', augment: strong },
  ];
  return {
    source,
    streams: [
      { name: 'labelled', indices: all(count), batch: 16, views: views.slice(0, 1) },
      { name: 'unlabelled', indices: all(count), batch: 7 * 16, views },
    ],
  };
}

const loaded = kind === 'jpeg' ? await photographs() : small();
const loader = openLoader({ ...loaded, key: key(1), steps: Number.MAX_SAFE_INTEGER, workers: 0 });
await answerQuestions(() => cpuTimed(() => loader.next()), memory);
