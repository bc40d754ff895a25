import type { HostTensor } from '@spatial-ensemble/engine';
import type { Key } from '@spatial-ensemble/random';
import type { Along, Measure } from '@spatial-ensemble/record';
import type { MeasuredBatch, MeasuringTools } from '@spatial-ensemble/training';
import { attackersOf, type Attacked, type Attackers } from './attacks/attacker.ts';
import type { Attack } from './attacks/attack.ts';
import { autoProjectedGradient } from './attacks/auto-projected-gradient.ts';
import { gradientSign } from './attacks/gradient-sign.ts';
import { lossAlong } from './attacks/loss-along.ts';
import { norms } from './attacks/norms.ts';
import { projectedGradient } from './attacks/projected-gradient.ts';
import { square } from './attacks/square.ts';
import { count, cumulative, signsOfMasking, type Right } from './masking.ts';
import { nothingDone } from './attacks/nothing-done.ts';
import type { Subject, Told } from './subject.ts';
import { curveOf, inRange, type AttackName, type AttacksSpec } from './robustness-spec.ts';

/** Shares of epsilon at which the loss is looked at along the gradient. */
const SHARES = [0, 0.25, 0.5, 1, 2] as const;

/** One or more numbers of each image of a batch. */
interface Column<V> {
  readonly name: string;
  readonly width: number;
  /** Row by row. */
  numbers(variables: V, batch: Attacked): Promise<ArrayLike<number>>;
}

/** The attack of a name. */
function attackOf(name: AttackName, spec: AttacksSpec): Attack {
  const { norm } = spec;
  if (name === 'fgsm') return gradientSign(norm);
  if (name === 'pgd') return projectedGradient({ norm, ...spec.pgd });
  if (name === 'square') return square({ norm, ...spec.square });
  return autoProjectedGradient({ norm, ...spec.apgd, loss: name === 'apgd-ce' ? 'ce' : 'dlr' });
}

/** Accuracy on attacked images, the curve over epsilon, and the signs of masked gradients. */
export async function attackedMeasures<V>(
  subject: Subject<V>,
  spec: AttacksSpec,
  { tools, batch, told }: { readonly tools: MeasuringTools; readonly batch: number; readonly told: Told },
): Promise<Measure[]> {
  const { name, classify, variables, view } = subject;
  const attackers = attackersOf(name, classify);
  const { columns, dispose } = columnsOf(subject, attackers, spec);
  const images = Math.min(spec.images, tools.available('test'));
  const which = { of: 'test', count: images, view, batch } as const;
  const width = columns.reduce((sum, column) => sum + column.width, 0);
  try {
    const table = await tools.rows(which, async (given) => {
      const attacked = attackedOf(given, tools.key);
      const rows = new Float32Array(attacked.keys.length * width);
      let at = 0;
      for (const column of columns) {
        const numbers = await column.numbers(variables, attacked);
        for (let i = 0; i < numbers.length; i++)
          rows[Math.floor(i / column.width) * width + at + (i % column.width)] = numbers[i]!;
        at += column.width;
      }
      return rows;
    });
    return measuresOf(table, columns, spec, told, images);
  } finally {
    attackers.dispose();
    dispose();
  }
}

/** Bytes as pixels from 0 to 1, and a key for each image. */
function attackedOf({ images, labels, indices }: MeasuredBatch, key: Key): Attacked {
  const data = Float32Array.from(images.data, (value) => value / 255);
  const each = key.fold('attack');
  return { images: { data, shape: images.shape }, labels, keys: Array.from(indices, (index) => each.fold(index)) };
}

function columnsOf<V>(
  { name, classify }: Subject<V>,
  attackers: Attackers<V>,
  spec: AttacksSpec,
): { readonly columns: readonly Column<V>[]; dispose(): void } {
  const epsilon = inRange(spec, spec.epsilon);
  const column = (title: string, attack: Attack, within: number): Column<V> => ({
    name: title,
    width: 1,
    numbers: async (variables, given) => (await attackers.attack(attack, variables, given, within)).right,
  });
  const pgd = attackOf('pgd', spec);
  const columns = [
    column('clean', nothingDone, 0),
    ...spec.kinds.map((kind) => column(kind, kind === 'pgd' ? pgd : attackOf(kind, spec), epsilon)),
    ...curveOf(spec)
      .filter((one) => columnWithin(spec, one) !== 'pgd')
      .map((one) => column(columnWithin(spec, one), pgd, inRange(spec, one))),
  ];
  if (!spec.masking) return { columns, dispose: () => undefined };
  const along = lossAlong(name, classify, spec.norm, SHARES);
  return {
    columns: [
      ...columns,
      column('pgd-more', { ...pgd, steps: 2 * pgd.steps }, epsilon),
      {
        name: 'along',
        width: 2 * SHARES.length,
        numbers: (variables, given) => along.losses(variables, given, epsilon),
      },
      {
        name: 'values',
        width: 1,
        numbers: async (_, { images, keys }) => keys.map(() => images.data.length / keys.length),
      },
    ],
    dispose: () => along.dispose(),
  };
}

function measuresOf<V>(
  table: HostTensor,
  columns: readonly Column<V>[],
  spec: AttacksSpec,
  told: Told,
  images: number,
): Measure[] {
  const { numbers, mean } = readerOf(table, columns);
  const clean = numbers('clean');
  // An image that is told wrongly as it is needs no attack.
  const right = (name: string): Right => {
    const own = numbers(name);
    return clean.map((one, i) => one * own[i]!);
  };
  const all = (kinds: readonly AttackName[]): Right =>
    kinds.map(right).reduce((worst, one) => Array.from(worst, (value, i) => value * one[i]!), clean);
  const share = (one: Right): number => (100 * count(one)) / images;
  const unit = spec.units === '0..255' ? '/255' : '';
  const norm = spec.norm === 'linf' ? 'L∞' : 'L2';
  const within = `${norm} ${spec.epsilon}${unit}`;
  const accuracy = (name: string, title: string, one: Right, along?: Along): Measure =>
    told({ name, title, value: share(one), unit: '%', n: images, ...(along && { along }) });
  const worst = all(spec.kinds);
  const growing = curveOf(spec).map((epsilon) => ({ epsilon, right: right(columnWithin(spec, epsilon)) }));
  const curve = [{ at: 0, one: clean }, ...cumulative(growing).map(({ epsilon: at, right: one }) => ({ at, one }))];
  return [
    accuracy('accuracy', `worst of ${spec.kinds.length} attacks, ${within}`, worst),
    accuracy('clean', 'the same images, not attacked', clean),
    ...spec.kinds.map((kind) => accuracy(kind, `${kind}, ${within}`, right(kind))),
    ...curve.map(({ at, one }) => {
      const axes = [{ axis: 'epsilon', unit, at }];
      return accuracy(`within-${named(at)}`, `pgd, epsilon up to ${at}${unit}`, one, { name: 'within', title: `accuracy after pgd within ${norm}`, axes }); // prettier-ignore
    }),
    ...(spec.masking ? maskingMeasures() : []),
  ];

  function loss(name: string, at: number, direction: string, value: number): Measure {
    return told({
      name: `loss-${name}-${named(at)}`,
      title: `loss at ${at} epsilon ${direction}`,
      value,
      unit: 'nats',
      n: images,
      along: {
        name: 'loss',
        title: 'loss around an image',
        axes: [{ axis: 'direction', unit: '', at: direction }, { axis: 'share of epsilon', unit: '', at }], // prettier-ignore
      },
    });
  }

  function maskingMeasures(): Measure[] {
    const whiteBox = spec.kinds.filter((kind) => kind !== 'square');
    const along = SHARES.map((one, i) => ({ share: one, gradient: mean('along', i), random: mean('along', SHARES.length + i) })); // prettier-ignore
    // Rounding: an epsilon in units of bytes is divided by 255.
    const anyOther = inRange(spec, growing.at(-1)!.epsilon) > norms[spec.norm].across(mean('values', 0)) * (1 - 1e-6);
    const signs = signsOfMasking({
      growing,
      anyOther,
      whiteBox: all(whiteBox),
      ...(spec.kinds.includes('square') && { blackBox: right('square') }),
      oneStep: right('fgsm'),
      few: right('pgd'),
      many: right('pgd-more'),
      along,
    });
    const sign = (name: string, title: string, value: number): Measure => told({ name, title, value, unit: '', n: images }); // prettier-ignore
    return [
      sign('masking', 'signs of masked gradients', signs.filter(({ shown }) => shown).length),
      ...signs.map(({ name, shown, would }) => sign(`masking-${name}`, would, shown ? 1 : 0)),
      accuracy('pgd-more', `pgd with ${2 * spec.pgd.steps} steps, ${within}`, right('pgd-more')),
      ...along.flatMap(({ share: at, gradient, random }) => [
        loss('along', at, 'along the gradient', gradient),
        loss('random', at, 'along a random direction', random),
      ]),
    ];
  }
}

/** The columns of a table by their names. */
function readerOf<V>({ data, shape }: HostTensor, columns: readonly Column<V>[]) {
  const [n, width] = shape as readonly [number, number];
  const places = new Map<string, number>();
  columns.reduce((at, column) => (places.set(column.name, at), at + column.width), 0);
  // `!`: names are those of the columns, and a row has all of them.
  const numbers = (name: string, nth = 0): number[] =>
    Array.from({ length: n }, (_, i) => data[i * width + places.get(name)! + nth]!);
  const mean = (name: string, nth: number): number => numbers(name, nth).reduce((sum, value) => sum + value, 0) / n;
  return { numbers: (name: string) => numbers(name), mean };
}

/** Where the outcomes of PGD within an epsilon of the curve stand: it is tried once, where that is epsilon itself. */
function columnWithin({ kinds, epsilon }: AttacksSpec, within: number): string {
  return within === epsilon && kinds.includes('pgd') ? 'pgd' : `within-${within}`;
}

/** A number as a part of a measure's name: 0.25 is 0-25. */
function named(value: number): string {
  return String(value).replace('.', '-');
}
