import type { HostTensor } from '@spatial-ensemble/engine';
import { seriesKey, type KnownData, type Measure, type Problem } from '@spatial-ensemble/record';
import {
  allOf,
  inMemory,
  type FeatureTools,
  type LookedAt,
  type Measurement,
  type SharedRows,
  type WhileTraining,
} from '@spatial-ensemble/training';
import { chooseK } from './choose-k.ts';
import { KnnSpec, neighbourhoods } from './knn-spec.ts';
import { sharedTop1, type SharedKnnRequest } from './knn.ts';
import { alongComponents, fitComponents } from './principal-components.ts';

/** What neighbours are looked for among: features of a network, or what needs no training. */
export type Subject = KnnSpec['networks'][number] | KnnSpec['sanity'][number];

/** The images that are asked about. */
type Asked = 'test' | 'held-out';

/**
 * Accuracy of k nearest neighbours on the test images, with the sanity rows that belong beside it: `knn` of teacher and
 * student, `knn-untrained`, `knn-pixels` and `knn-pca` of neither. Where k is chosen, `knn-k`, `knn-pixels-k` and so on
 * say which was.
 */
export const knnMeasurement: Measurement<KnnSpec> = {
  name: 'knn',
  version: 1,
  schema: KnnSpec,
  smoke: ({ k, chosenOn, every, ...spec }) => {
    const few = [...new Set(neighbourhoods({ k }).map((one) => Math.min(one, 20)))];
    const chosen =
      chosenOn === undefined || few.length === 1 ? { k: few[0]! } : { k: few, chosenOn: Math.min(chosenOn, 100) };
    return { ...spec, ...chosen, bank: 200, ...(every !== undefined && { every: 2 }) };
  },
  makes: (spec) => makesOf([...spec.networks, ...spec.sanity], spec),
  check: bankProblems,
  async measure(spec, tools) {
    const measures: Measure[] = [];
    for (const of of [...spec.networks, ...spec.sanity]) measures.push(...(await measuredOf(of, spec, tools)));
    return measures;
  },
  whileTraining,
};

/** The same of held-out images, before the last step, where `every` asks for it. */
function whileTraining(spec: KnnSpec): WhileTraining | undefined {
  const { name, networks, bank, every } = spec;
  if (every === undefined) return undefined;
  const among = bank === 'all' ? 'all training images' : `${bank} training images`;
  const own = name === 'knn' ? '' : ` (${name.slice('knn-'.length)})`;
  const series = networks.map((whose): LookedAt & { readonly whose: typeof whose } => ({
    name: `${name}-held-out`,
    title: `neighbours while pretraining${own}`,
    meaning: `accuracy on held-out images, ${howOf(spec)}, among ${among} that are not held out`,
    whose,
    split: 'held-out',
    unit: '%',
    summed: 'last',
  }));
  return {
    every,
    series,
    async look(tools) {
      const values: { [key: string]: number } = {};
      // `!`: accuracy is the first measure.
      for (const one of series) values[seriesKey(one)] = (await measuredOf(one.whose, spec, tools, 'held-out'))[0]!.value; // prettier-ignore
      return values;
    },
  };
}

/** How many neighbours vote, as titles say it. */
function howOf({ k, chosenOn }: Pick<KnnSpec, 'k' | 'chosenOn'>): string {
  return chosenOn === undefined ? `k = ${neighbourhoods({ k })[0]}` : `k chosen on ${chosenOn} training images`;
}

/** What is measured of subjects. */
export function makesOf(
  subjects: readonly Subject[],
  { name, chosenOn }: Pick<KnnSpec, 'name' | 'chosenOn'>,
): ReturnType<Measurement<KnnSpec>['makes']> {
  return subjects.flatMap((of) => {
    const { name: own, whose } = titled(name, of);
    return [{ name: own, whose }, ...(chosenOn === undefined ? [] : [{ name: `${own}-k`, whose }])];
  });
}

/** What there are too few images for. */
export function bankProblems(spec: Pick<KnnSpec, 'k' | 'bank' | 'chosenOn'>, { parts }: KnownData): Problem[] {
  const { bank, chosenOn = 0 } = spec;
  const there = parts?.notHeldOut ?? Infinity;
  const most = Math.max(...neighbourhoods(spec));
  const tooMany = (key: 'k' | 'bank' | 'chosenOn', count: number, what: string): Problem[] =>
    count <= there
      ? []
      : [
          {
            key,
            says: `${count} ${what}, and there are ${there} training images that are not held out: --set ${key}=${there}`,
          },
        ];
  if (chosenOn > 0 && chosenOn + (bank === 'all' ? most : bank) > there)
    return [
      {
        key: 'chosenOn',
        says: `k is to be chosen on ${chosenOn} images beside a bank of ${bank === 'all' ? `at least ${most}` : bank}, and there are ${there} training images that are not held out`,
      },
    ];
  return [
    ...tooMany('k', most, 'neighbours are asked for'),
    ...(bank === 'all' ? [] : tooMany('bank', bank, 'images are to be in the bank')),
  ];
}

/** Accuracy of one subject at its k, on the test images unless others are asked about, and that k where it was chosen. */
export function measuredOf(of: Subject, spec: KnnSpec, tools: FeatureTools<'bank' | 'test'>): Promise<Measure[]>;
export function measuredOf(of: Subject, spec: KnnSpec, tools: FeatureTools<'bank' | 'held-out'>, asked: 'held-out'): Promise<Measure[]>; // prettier-ignore
export async function measuredOf<Q extends Asked>(
  of: Subject,
  spec: KnnSpec,
  tools: FeatureTools<'bank' | Q>,
  asked: Q = 'test' as Q,
): Promise<Measure[]> {
  const { temperature, chosenOn = 0 } = spec;
  const ks = neighbourhoods(spec);
  const known = tools.labels('bank', spec.bank === 'all' ? undefined : spec.bank + chosenOn);
  const bank = known.length - chosenOn;
  const most = Math.max(...ks);
  if (most > bank) throw new RangeError(`${most} neighbours were asked for, and the bank has ${bank} images`);
  const { training, queries } = await rowsOf(of, spec, tools, { asked, known: known.length, bank });
  const request = {
    bank: firstRows(training, bank),
    bankLabels: known.subarray(0, bank),
    classes: tools.classes,
    temperature,
  } satisfies Partial<SharedKnnRequest>;
  const choosing = async () => ({
    queries: await training.rows(bank, known.length),
    queryLabels: known.subarray(bank),
  });
  const k = chosenOn === 0 ? most : (await chooseK({ ...request, ...(await choosing()) }, ks)).k;
  const queryLabels = tools.labels(asked);
  const { name, whose, title } = titled(spec.name, of);
  const shared = { whose, rule: 'last' as const };
  const top1 = await sharedTop1({ ...request, queries, queryLabels, k });
  return [
    {
      ...shared,
      name,
      title: `nearest neighbours (${howOf(spec)})${title}`,
      split: asked,
      value: top1,
      unit: '%',
      n: queryLabels.length,
    },
    ...(chosenOn === 0
      ? []
      : [
          {
            ...shared,
            name: `${name}-k`,
            title: `k of the best${title}`,
            split: 'train',
            value: k,
            unit: 'neighbours',
            n: chosenOn,
          },
        ]),
  ];
}

/** Rows of training images in the bank's order, the bank itself in front, and of those that are asked about. */
async function rowsOf<Q extends Asked>(
  of: Subject,
  { networks }: KnnSpec,
  tools: FeatureTools<'bank' | Q>,
  { asked, known, bank }: { readonly asked: Q; readonly known: number; readonly bank: number },
): Promise<{ readonly training: SharedRows; readonly queries: HostTensor }> {
  const pair = async (whose: Exclude<Subject, 'pca'>) => ({
    training: await tools.sharedFeatures(whose, 'bank', known),
    queries: await tools.features(whose, asked),
  });
  if (of !== 'pca') return pair(of);
  const [pixels, features] = [await pair('pixels'), await tools.sharedFeatures(networks[0]!, asked)];
  // As many as there are features, of the bank alone: no image that is asked about has a say in them.
  const count = Math.min(features.shape[1], pixels.queries.shape[1]!);
  const components = await fitComponents(firstRows(pixels.training, bank), count);
  return {
    training: await alongComponents(pixels.training, components),
    queries: await allOf(await alongComponents(inMemory(pixels.queries), components)),
  };
}

function firstRows({ shape: [, width], rows }: SharedRows, count: number): SharedRows {
  return { shape: [count, width], rows };
}

/** What a subject's measure is called, and what its title ends with. */
function titled(name: string, of: Subject) {
  return of === 'teacher' || of === 'student'
    ? { name, whose: of, title: '' }
    : { name: `${name}-${of}`, whose: 'none' as const, title: `, ${of}` };
}
