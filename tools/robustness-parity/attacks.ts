import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { batchesOf, fashionMnist, loadImages } from '@spatial-ensemble/datasets';
import type { HostTensor } from '@spatial-ensemble/engine';
import {
  dense,
  FIXMATCH_WRN_28_2,
  metasOf,
  uniformFanIn,
  wideResNet,
  wideResNetTrunk,
  type Variables,
} from '@spatial-ensemble/nn';
import { key, type Key } from '@spatial-ensemble/random';
import {
  attackersOf,
  autoProjectedGradient,
  gradientSign,
  projectedGradient,
  square,
  type Attack,
  type Attacked,
  type NormName,
} from '@spatial-ensemble/robustness';
import { encodeSafetensors, readSafetensors } from '@spatial-ensemble/store';
import * as tf from '@tensorflow/tfjs-core';
import type { Side } from '../bench/side.ts';
import { weightsIn } from '../weights-parity/ours.ts';
import type { Subject } from '../weights-parity/subjects.ts';
import type { Row } from './row.ts';

/** Small enough for two cores, trained until it is worth fooling. */
const NETWORK = { ...FIXMATCH_WRN_28_2, depth: 10, width: 1, stemStride: 2, channels: 1, batchNorm: { ...FIXMATCH_WRN_28_2.batchNorm, decay: 0.9 } }; // prettier-ignore
const TRAINED_ON = 4000;
const STEPS = 300;
const BATCH = 200;
/** As far as robust accuracies may be apart, in points. */
const BOUND = 0.5;

interface Compared {
  readonly attack: 'fgsm' | 'pgd' | 'momentum' | 'apgd-ce' | 'apgd-dlr' | 'square';
  readonly norm: NormName;
  readonly epsilon: number;
  readonly steps: number;
  /** That it draws what the other side does not. */
  readonly random: boolean;
}

const LINF = { norm: 'linf', epsilon: 8 / 255, random: false } as const;
const L2 = { norm: 'l2', epsilon: 0.5, random: false } as const;
const COMPARED: readonly Compared[] = [
  { attack: 'fgsm', ...LINF, steps: 1 },
  ...([LINF, L2] as const).map((one) => ({ attack: 'pgd', ...one, steps: 20 }) as const),
  { attack: 'momentum', ...LINF, steps: 20 },
  ...([LINF, L2] as const).flatMap((one) =>
    (['apgd-ce', 'apgd-dlr'] as const).map((attack) => ({ attack, ...one, steps: 50 })),
  ),
  { attack: 'pgd', ...LINF, random: true, steps: 20 },
  ...([LINF, L2] as const).map((one) => ({ attack: 'square', ...one, random: true, steps: 500 }) as const),
];

/** The names of what is compared. */
export const ATTACK_TITLES = COMPARED.map(titleOf);

/** Attacks of ours and of torchattacks on the same weights and images. */
export async function* attackRows(
  python: Side,
  folder: string,
  images: number,
  only: string,
): AsyncGenerator<Row, void> {
  const wanted = COMPARED.filter((one) => titleOf(one).includes(only));
  if (wanted.length === 0) return;
  const train = await taken('train', TRAINED_ON);
  await python.ask({ do: 'train', images: written(folder, 'train', train), network: NETWORK, steps: STEPS, weights: join(folder, 'weights.safetensors') }); // prettier-ignore
  const variables = await variablesIn(join(folder, 'weights.safetensors'));
  const network = wideResNet(NETWORK);
  const attackers = attackersOf(
    'parity',
    (of: Variables, x: tf.Tensor4D) =>
      network.apply(of, tf.sub(tf.mul(x, 2), 1), { mode: 'eval' }).logits as tf.Tensor2D,
  );
  const all = await taken('test', images);
  const { right } = (await python.ask({ do: 'classify', images: written(folder, 'all', all) })) as { right: number[] };
  // APGD draws for the images that are right, which are therefore all of them.
  const some = chosen(all, right);
  const given = written(folder, 'right', some);
  for (const one of wanted) {
    const noise = join(folder, 'noise.safetensors');
    const theirs = (await python.ask({ do: 'attack', ...one, images: given, noise })) as { right: number[] };
    const start = one.attack.startsWith('apgd') ? ((await readSafetensors(noise)).tensors.get('noise')!.data as Float32Array) : undefined; // prettier-ignore
    const ours: number[] = [];
    for (const batch of parts(some)) {
      const attack = attackOf(one, start, batch.keys);
      ours.push(...(await attackers.attack(attack, variables, batch, one.epsilon)).right);
    }
    yield compared(one, ours, theirs.right);
  }
  attackers.dispose();
  tf.dispose(variables as unknown as tf.TensorContainer);
}

function titleOf({ attack, norm, random }: Compared): string {
  return `${attack}, ${norm}${random ? ', own draws' : ''}`;
}

function compared(one: Compared, ours: readonly number[], theirs: readonly number[]): Row {
  const share = (right: readonly number[]): number =>
    (100 * right.reduce((sum, value) => sum + value, 0)) / right.length;
  const apart = Math.abs(share(ours) - share(theirs));
  const differing = ours.filter((value, i) => value !== theirs[i]).length;
  // Rounding decides an image in hundreds.
  const holds = apart <= BOUND && (one.random || differing <= ours.length / 200);
  return {
    holds,
    says: `${titleOf(one)}: ${share(ours).toFixed(2)} % right, theirs ${share(theirs).toFixed(2)} %; ${differing} of ${ours.length} images told otherwise`, // prettier-ignore
  };
}

function attackOf(
  { attack, norm, steps, random }: Compared,
  start: Float32Array | undefined,
  keys: readonly Key[],
): Attack {
  // prettier-ignore
  if (attack === 'fgsm') return gradientSign(norm);
  if (attack === 'square') return square({ norm, queries: steps, restarts: 1, share: 0.8 });
  const plain = { norm, steps, restarts: 1 };
  if (attack === 'pgd' || attack === 'momentum')
    return projectedGradient({
      ...plain,
      stepSize: 0.25,
      randomStart: random,
      momentum: attack === 'momentum' ? 1 : 0,
    });
  const apgd = attack === 'apgd-ce' ? CE(norm, steps) : DLR(norm, steps);
  const name = ({ hi, lo }: Key): string => `${hi} ${lo}`;
  const rows = new Map(keys.map((one) => [name(one.fold(attack).fold(0).fold('start')), PLACES.get(one)!]));
  return {
    ...apgd,
    noise(of, { height, width, channels }) {
      const values = height * width * channels;
      const row = rows.get(name(of))!;
      return start!.subarray(row * values, (row + 1) * values);
    },
  };
}

const once = (loss: 'ce' | 'dlr') => {
  const known = new Map<string, Attack>();
  return (norm: NormName, steps: number): Attack => {
    const attack = known.get(norm) ?? autoProjectedGradient({ norm, steps, restarts: 1, loss });
    known.set(norm, attack);
    return attack;
  };
};
const [CE, DLR] = [once('ce'), once('dlr')];
const PLACES = new Map<Key, number>();

async function taken(split: 'train' | 'test', count: number): Promise<Taken> {
  const source = await loadImages(fashionMnist, { images: 'embedded' }, { split });
  const indices = Int32Array.from({ length: count }, (_, i) => i);
  for await (const { images, labels } of batchesOf(source, count, { indices })) return { images, labels };
  throw new Error('there are no images');
}

interface Taken {
  readonly images: HostTensor;
  readonly labels: HostTensor;
}

function chosen({ images, labels }: Taken, right: readonly number[]): Taken {
  const size = images.data.length / right.length;
  const places = right.flatMap((one, i) => (one === 1 ? [i] : []));
  return {
    images: {
      data: Uint8Array.from(places.flatMap((i) => [...images.data.subarray(i * size, (i + 1) * size)])),
      shape: [places.length, ...images.shape.slice(1)],
    },
    labels: { data: Int32Array.from(places, (i) => labels.data[i]!), shape: [places.length] },
  };
}

function parts({ images, labels }: Taken): Attacked[] {
  const [n] = images.shape as readonly [number];
  const size = images.data.length / n;
  return Array.from({ length: Math.ceil(n / BATCH) }, (_, part) => {
    const [from, to] = [part * BATCH, Math.min(n, (part + 1) * BATCH)];
    const keys = Array.from({ length: to - from }, (_, i) => {
      const own = key(8).fold(from + i);
      PLACES.set(own, from + i);
      return own;
    });
    return {
      images: {
        data: Float32Array.from(images.data.subarray(from * size, to * size), (value) => value / 255),
        shape: [to - from, ...images.shape.slice(1)],
      },
      labels: { data: labels.data.slice(from, to) as Int32Array, shape: [to - from] },
      keys,
    };
  });
}

function written(folder: string, name: string, { images, labels }: Taken): string {
  const file = join(folder, `${name}.safetensors`);
  const whole = ({ data, shape }: HostTensor) => ({ data: Int32Array.from(data as Uint8Array), shape });
  writeFileSync(file, encodeSafetensors(new Map([['images', whole(images)], ['labels', whole(labels)]]))); // prettier-ignore
  return file;
}

/** What PyTorch has trained, by our names. */
async function variablesIn(file: string): Promise<Variables> {
  const encoder = wideResNetTrunk('', NETWORK);
  const fc = dense('fc', {
    inputs: encoder.features,
    outputs: NETWORK.classes,
    initial: uniformFanIn(encoder.features),
  });
  const subject: Subject = {
    kind: 'wide-resnet',
    network: NETWORK,
    anatomy: { encoder, heads: { fc: metasOf(fc.declares) }, standard: { mean: [0.5], deviation: [0.5] } },
    build: (batchNorm) => wideResNet({ ...NETWORK, batchNorm }),
    batchNorm: NETWORK.batchNorm,
    size: 28,
  };
  const weights = await weightsIn(subject, file);
  const { metas } = wideResNet(NETWORK);
  const tensors = (of: object): Variables['params'] =>
    Object.fromEntries(
      Object.keys(of).map((name) => {
        const { data, shape } = weights.get(name)!;
        return [name, tf.tensor(data, [...shape])];
      }),
    );
  return { params: tensors(metas.params), buffers: tensors(metas.buffers) };
}
