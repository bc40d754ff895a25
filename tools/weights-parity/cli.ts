import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { batchesOf, imageNet, loadImages } from '@spatial-ensemble/datasets';
import { useTensorFlow, type HostTensor } from '@spatial-ensemble/engine';
import { encodeSafetensors, readSafetensors } from '@spatial-ensemble/store';
import { ENDINGS, exportWeights, torchNetwork, type LayoutName, type StateDict } from '@spatial-ensemble/weights';
import { Command } from 'commander';
import { pytorchEnvironment } from '../bench/environment.ts';
import { Side } from '../bench/side.ts';
import { images } from '../parity/pictures.ts';
import { livelyWeights, logitsOf, weightsIn } from './ours.ts';
import { SUBJECTS, type Subject } from './subjects.ts';

/** As far as logits may be apart, as a share of the largest, or of 1. */
const BOUND = 1e-4;
const COUNT = 16;

interface Row {
  readonly name: string;
  readonly apart: number;
  readonly largest: number;
}

function compared(name: string, a: Float32Array, b: Float32Array): Row {
  if (a.length !== b.length) throw new Error(`${name}: ${a.length} and ${b.length} logits`);
  let [apart, largest] = [0, 0];
  a.forEach((value, i) => {
    const difference = Math.abs(value - b[i]!);
    // NaN is as far as can be.
    apart = difference <= apart ? apart : difference;
    largest = Math.max(largest, Math.abs(b[i]!));
  });
  return { name, apart, largest };
}

function holds({ apart, largest }: Row): boolean {
  return apart <= BOUND * Math.max(1, largest);
}

/** Photographs of a folder of ImageNet's layout, prepared as for an evaluation; drawn pictures where there is none. */
async function picturesOf(size: number): Promise<HostTensor> {
  const directory = process.env['SPATIAL_ENSEMBLE_IMAGENET'] ?? '';
  if (!existsSync(join(directory, 'val')) || directory === '') return images(COUNT, size, 'weights');
  const source = await loadImages(imageNet, { folder: 'val' }, { split: 'test' });
  const step = Math.max(1, Math.floor(source.count / COUNT));
  const indices = Int32Array.from({ length: Math.min(COUNT, source.count) }, (_, i) => i * step);
  const resized = Math.round((size * 8) / 7);
  const augment = [
    { op: 'resize', size: resized, interpolation: 'bilinear' },
    { op: 'center-crop', size },
  ] as const;
  for await (const batch of batchesOf(source, COUNT, { indices, augment: [...augment] })) return batch.images;
  throw new Error('there is no photograph');
}

/** A network whose weights go both ways. */
interface Comparison {
  readonly subject: Subject;
  readonly pictures: HostTensor;
  /** The file that holds the pictures. */
  readonly given: string;
  readonly pytorch: Side;
  readonly folder: string;
}

/** Checkpoints that PyTorch made, read by us. */
async function inward({ subject, pictures, given, pytorch, folder }: Comparison): Promise<Row[]> {
  const { kind, network } = subject;
  await pytorch.ask({ do: 'make', kind, network, pictures: given, folder });
  const theirs = (await readSafetensors(join(folder, 'logits.safetensors'))).tensors.get('logits')!
    .data as Float32Array;
  const rows: Row[] = [];
  let plain: StateDict | undefined;
  for (const file of ['plain.pth', 'legacy.pth', 'plain.safetensors', 'plain.npz', 'moco.pth.tar']) {
    const weights = await weightsIn(subject, join(folder, file), plain);
    plain ??= weights;
    rows.push(compared(`${kind} in, ${file}`, logitsOf(subject, weights, pictures), theirs));
  }
  return rows;
}

/** What we wrote, read by each ecosystem's own program. */
async function outward({ subject, pictures, given, pytorch, folder }: Comparison): Promise<Row[]> {
  const { kind, network, anatomy } = subject;
  const weights = livelyWeights(subject, pictures);
  const layouts: readonly LayoutName[] = kind === 'wide-resnet' ? ['pytorch'] : ['torchvision', 'timm', 'moco', 'detectron2']; // prettier-ignore
  for (const layout of layouts) {
    const out = join(folder, `${layout}${ENDINGS[layout]}`);
    await exportWeights({ network: torchNetwork(anatomy, weights), layout, metadata: { run: 'parity' } }, out);
  }
  const { read, pickled } = (await pytorch.ask({ do: 'read', kind, network, pictures: given, folder })) as { read: string[]; pickled: boolean }; // prettier-ignore
  if (pickled) console.log(`${kind} out, detectron2: every array is what MoCo's conversion makes`);
  const ours = logitsOf(subject, weights, pictures);
  const theirs = (await readSafetensors(join(folder, 'theirs.safetensors'))).tensors;
  return read.map((name) => compared(`${kind} out, ${name}`, ours, theirs.get(name)!.data as Float32Array));
}

async function main(): Promise<void> {
  const program = new Command('weights-parity')
    .description(
      'Takes weights to torchvision, timm, MoCo and detectron2 and back, and compares logits on photographs.',
    )
    .option('--only <text>', 'compare networks whose name contains this')
    .showHelpAfterError();
  const { only = '' } = program.parse().opts<{ only?: string }>();
  if ((process.env['SPATIAL_ENSEMBLE_IMAGENET'] ?? '') === '')
    console.log('On drawn pictures: SPATIAL_ENSEMBLE_IMAGENET names no photographs (val/CLASS/IMAGE).');
  const environment = pytorchEnvironment((line) => console.error(line), ['timm==1.0.31']);
  const folder = mkdtempSync(join(tmpdir(), 'spatial-ensemble-weights-'));
  const rows: Row[] = [];
  try {
    await useTensorFlow();
    const pytorch = new Side('PyTorch', environment.python, [fileURLToPath(new URL('reference/weights.py', import.meta.url))]); // prettier-ignore
    await pytorch.ready();
    for (const subject of SUBJECTS.filter(({ kind }) => kind.includes(only))) {
      const pictures = await picturesOf(subject.size);
      const given = join(folder, `${subject.kind}.safetensors`);
      writeFileSync(given, encodeSafetensors(new Map([['pictures', { data: Int32Array.from(pictures.data as Uint8Array), shape: pictures.shape }]]))); // prettier-ignore
      for (const [name, way] of Object.entries({ inward, outward })) {
        const place = join(folder, `${subject.kind}-${name}`);
        mkdirSync(place);
        for (const row of await way({ subject, pictures, given, pytorch, folder: place })) {
          console.log(
            `${row.name}: logits up to ${row.largest.toFixed(2)}, at most ${row.apart.toExponential(1)} apart`,
          );
          rows.push(row);
        }
      }
    }
    await pytorch.end();
  } finally {
    rmSync(folder, { recursive: true, force: true });
    environment.remove();
  }
  const beyond = rows.filter((row) => !holds(row));
  console.log(beyond.length === 0 ? `all ${rows.length} within ${BOUND}` : `${beyond.length} of ${rows.length} beyond ${BOUND}: ${beyond.map(({ name }) => name).join('; ')}`); // prettier-ignore
  process.exitCode = beyond.length === 0 && rows.length > 0 ? 0 : 1;
}

await main();
