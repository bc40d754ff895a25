import type { HostTensor } from '@spatial-ensemble/engine';
import type { KnownData, Measure, Problem } from '@spatial-ensemble/record';
import { allOf, inMemory, type Measurement, type MeasurementTools, type SharedRows } from '@spatial-ensemble/training';
import { chooseK } from './choose-k.ts';
import { KnnSpec, neighbourhoods } from './knn-spec.ts';
import { sharedTop1, type SharedKnnRequest } from './knn.ts';
import { alongComponents, fitComponents } from './principal-components.ts';

/** What neighbours are looked for among: features of a network, or what needs no training. */
export type Subject = KnnSpec['networks'][number] | KnnSpec['sanity'][number];

/** Who looks at images for it. */
export type Looks = Pick<MeasurementTools, 'features' | 'sharedFeatures' | 'labels' | 'classes'>;

/**
 * Accuracy of k nearest neighbours on the test images, with the sanity rows that belong beside it: `knn` of teacher and
 * student, `knn-untrained`, `knn-pixels` and `knn-pca` of neither. Where k is chosen, `knn-k`, `knn-pixels-k` and so on
 * say which was.
 */
export const knnMeasurement: Measurement<KnnSpec> = {
  name: 'knn',
  version: 1,
  schema: KnnSpec,
  smoke: ({ k, chosenOn, ...spec }) => {
    const few = [...new Set(neighbourhoods({ k }).map((one) => Math.min(one, 20)))];
    const chosen =
      chosenOn === undefined || few.length === 1 ? { k: few[0]! } : { k: few, chosenOn: Math.min(chosenOn, 100) };
    return { ...spec, ...chosen, bank: 200 };
  },
  makes: (spec) => makesOf([...spec.networks, ...spec.sanity], spec),
  check: bankProblems,
  async measure(spec, tools) {
    const measures: Measure[] = [];
    for (const of of [...spec.networks, ...spec.sanity]) measures.push(...(await measuredOf(of, spec, tools)));
    return measures;
  },
};

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

/** Accuracy of one subject at its k, and that k where it was chosen. */
export async function measuredOf(of: Subject, spec: KnnSpec, tools: Looks): Promise<Measure[]> {
  const { temperature, chosenOn = 0 } = spec;
  const ks = neighbourhoods(spec);
  const known = tools.labels('bank', spec.bank === 'all' ? undefined : spec.bank + chosenOn);
  const bank = known.length - chosenOn;
  const most = Math.max(...ks);
  if (most > bank) throw new RangeError(`${most} neighbours were asked for, and the bank has ${bank} images`);
  const { training, queries } = await rowsOf(of, spec, tools, { known: known.length, bank });
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
  const queryLabels = tools.labels('test');
  const { name, whose, title } = titled(spec.name, of);
  const how = chosenOn === 0 ? `k = ${k}` : `k chosen on ${chosenOn} training images`;
  const shared = { whose, rule: 'last' as const };
  const top1 = await sharedTop1({ ...request, queries, queryLabels, k });
  return [
    {
      ...shared,
      name,
      title: `nearest neighbours (${how})${title}`,
      split: 'test',
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

/** Rows of training images in the bank's order, the bank itself in front, and of the test images. */
async function rowsOf(
  of: Subject,
  { networks }: KnnSpec,
  tools: Looks,
  { known, bank }: { readonly known: number; readonly bank: number },
): Promise<{ readonly training: SharedRows; readonly queries: HostTensor }> {
  const pair = async (whose: Exclude<Subject, 'pca'>) => ({
    training: await tools.sharedFeatures(whose, 'bank', known),
    queries: await tools.features(whose, 'test'),
  });
  if (of !== 'pca') return pair(of);
  const [pixels, features] = [await pair('pixels'), await tools.sharedFeatures(networks[0]!, 'test')];
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
