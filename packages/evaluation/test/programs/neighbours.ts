import { setTimeout as after } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { fashionMnist } from '@spatial-ensemble/datasets';
import { thisWorker, useTensorFlow, type HostTensor } from '@spatial-ensemble/engine';
import { draws, key, normal, seeds, words } from '@spatial-ensemble/random';
import { bound, inMemory, mapRows, prepareData, trainRun, type SharedRows } from '@spatial-ensemble/training';
import { measured } from '../../../training/src/run/measure.ts';
import { memoryPort, NOTHING } from '../../../training/src/testing/memory-port.ts';
import { knnMeasurement, KnnSpec } from '../../src/index.ts';
import { sharedTop1 } from '../../src/knn.ts';
import { tinyPretraining } from '../tiny-pretraining.ts';

// One of the processes of test/neighbours.nightly.test.ts, or the one on its own: prints accuracies of nearest neighbours,
// and the memory that a bank takes.

const [hosts = '', rank = '0'] = process.argv.slice(2);
await useTensorFlow({
  threads: { intra: 1, inter: 1 },
  ...(hosts !== '' && { cluster: { hosts: hosts.split(','), rank: Number(rank), joinSeconds: 100 } }),
});

const host = (data: ArrayLike<number>, width: number): HostTensor => ({
  data: Float32Array.from(data),
  shape: [data.length / width, width],
});
const labelsOf = (name: string, n: number, classes: number): Int32Array =>
  Int32Array.from(words(key(name), n), (word) => word % classes);

/** Of few directions, so that most of the neighbours are equally near, and labels that nothing tells: any other one counts. */
const tied: number[] = [];
for (let n = 0; n < 20; n++) {
  const draw = draws(key('tied').fold(n));
  const [count, asked, k, size] = [50 + draw.int(400), 20 + draw.int(300), 1 + draw.int(40), 1 + draw.int(60)];
  const few = (name: string, rows: number): HostTensor =>
    host(
      Float32Array.from(words(key(name).fold(n), 3 * rows), (word) => (word % 3) - 1),
      3,
    );
  tied.push(
    await sharedTop1({
      bank: await mapRows(inMemory(few('bank', count)), size, 3, ({ data }) => data as Float32Array),
      bankLabels: labelsOf(`bank ${n}`, count, 5),
      queries: few('queries', asked),
      queryLabels: labelsOf(`queries ${n}`, asked, 5),
      classes: 5,
      k,
      temperature: 0.1,
      blocks: { bankRows: 64, values: 4000 },
    }),
  );
}

const SEED = 4;
const embedded = { source: 'fashion-mnist', images: 'embedded', labelled: 'all', heldOut: 0 };
const data = await prepareData({ dataSet: fashionMnist, data: embedded }, seeds(SEED).split);
const tiny = bound(tinyPretraining, { steps: 2, features: 32, pixels: 784 });
const spec = { k: [1, 5, 20], chosenOn: 100, bank: 4500, networks: ['student'], sanity: ['pixels', 'pca'] };
const measures = await measured(
  { bound: tiny, seed: SEED, data: { ...data, test: { ...data.test, count: 1100 } }, state: tiny.trainable.init(key('state')) }, // prettier-ignore
  [{ name: 'knn', measurement: knnMeasurement as never, spec: KnnSpec.parse(spec) }],
);

/** The same while a run trains, of which each process has its rows of every batch: two and three can share twelve. */
const streams = { unlabelled: { batch: 12, views: { one: [] } } };
const trained = await trainRun({
  run: {
    bound: { ...tiny, trainable: { ...tiny.trainable, streams } },
    seed: SEED,
    data: { ...data, split: { ...data.split, heldOut: data.split.unlabelled.slice(0, 1100) } },
    testPoints: 1,
    measurings: [{ name: 'knn', measurement: knnMeasurement as never, spec: KnnSpec.parse({ k: 20, bank: 3000, sanity: [], every: 1 }) }], // prettier-ignore
  },
  port: memoryPort(NOTHING),
  machine: { precision: 'float32', xla: false, workers: 0 },
  session: { interrupted: () => false, onProgress: () => undefined },
});
const meanwhile = trained.lines.filter(({ kind }) => kind === 'measured');

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
/** Bytes outside of JavaScript's own heap that nothing has let go of; what a collection frees may be given back later. */
async function held(): Promise<number> {
  for (let n = 0; n < 3; n++) {
    collect();
    await after(100);
  }
  return process.memoryUsage().arrayBuffers;
}

/** A bank that no process has all of, made block by block. */
const [count, width] = [100_000, 128];
const drawn: SharedRows = {
  shape: [count, width],
  rows: (from, to) => Promise.resolve(host(normal(key('large').fold(from), (to - from) * width), width)),
};
const before = await held();
const large = await mapRows(drawn, 500, width, ({ data: own }) => own as Float32Array);
const bytes = (await held()) - before;
const largeTop1 = await sharedTop1({
  bank: large,
  bankLabels: labelsOf('large', count, 2),
  queries: host(normal(key('asked'), 200 * width), width),
  queryLabels: labelsOf('asked', 200, 2),
  classes: 2,
  k: 20,
  temperature: 0.1,
  blocks: { bankRows: 8000, values: 400_000 },
});

const { workers } = thisWorker();
const whole = 4 * count * width;
const said = { tied, meanwhile, measures: measures.map(({ name, value }) => [name, value]), largeTop1, share: (bytes * workers) / whole }; // prettier-ignore
process.stdout.write(JSON.stringify(said), () => process.exit(0));
