import { parse, Measure } from '@spatial-ensemble/record';
import { seeds } from '@spatial-ensemble/random';
import { z } from 'zod';
import type { RunImages } from '../data.ts';
import type { MeasuredImages, MeasuringTools } from '../method.ts';
import { bankOrder } from './bank-order.ts';
import { sharedRowsOf } from './features.ts';
import type { LookedBatch } from './evaluation-batches.ts';
import type { MeasuredRun } from './feature-tools.ts';
import { allOf } from '../shared-rows.ts';

/** What a method measures of its run itself, after the last step. */
export async function ownMeasures(run: MeasuredRun): Promise<Measure[]> {
  const { name, trainable } = run.bound;
  const { measures } = trainable;
  if (measures === undefined) return [];
  return parse(z.array(Measure), await measures.measure(run.state, toolsOf(run)), `what ${name} measured`);
}

/** Whether labels never fall: the first images would be of the first classes alone. `]!`: indices are of images. */
function inClassOrder({ labels }: RunImages, indices: ArrayLike<number>): boolean {
  for (let i = 1; i < indices.length; i++) if (labels[indices[i]!]! < labels[indices[i - 1]!]!) return false;
  return true;
}

function toolsOf({ seed, data, looking }: MeasuredRun): MeasuringTools {
  const all = {
    test: { set: data.test, indices: Int32Array.from({ length: data.test.count }, (_, i) => i) },
    'held-out': { set: data.train, indices: data.split.heldOut },
    bank: { set: data.train, indices: bankOrder(seed, data) },
  };
  const imagesOf = ({ of, count }: Pick<MeasuredImages, 'of' | 'count'>) => {
    const { set, indices } = all[of];
    const there = indices.length;
    if (count !== undefined && (count > there || !Number.isInteger(count) || count < 1))
      throw new RangeError(`${count} ${of} images were asked for, and there are ${there}`);
    const wanted = count ?? there;
    const spaced = of !== 'bank' && inClassOrder(set, indices);
    const place = (i: number): number => (spaced ? Math.floor((i * there) / wanted) : i);
    // `]!`: places are below how many there are.
    return { set, indices: Int32Array.from({ length: wanted }, (_, i) => indices[place(i)]!) };
  };
  const shared: MeasuringTools['sharedRows'] = ({ view, batch, changed, ...which }, work) => {
    const { set, indices } = imagesOf(which);
    // `!`: places are of the look.
    const told = ({ images, labels, places }: LookedBatch) => ({ images, labels, indices: places.map((place) => indices[place]!) }); // prettier-ignore
    const change = changed && ((one: LookedBatch) => changed(told(one)));
    const looked = { set, indices, view, atOnce: batch, ...looking, ...(change && { changed: change }) };
    return sharedRowsOf(async (one) => {
      const rows = await work(told(one));
      return { data: rows, width: rows.length / one.places.length };
    }, looked);
  };
  return {
    rows: async (images, work) => allOf(await shared(images, work)),
    sharedRows: shared,
    available: (of) => all[of].indices.length,
    labels(which) {
      const { set, indices } = imagesOf(which);
      // `!`: they are indices of its images.
      return indices.map((index) => set.labels[index]!);
    },
    classes: data.train.classes.length,
    key: seeds(seed).data.fold('measured'),
    workers: looking?.workers ?? 0,
  };
}
