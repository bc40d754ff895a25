import { draws, order, permutation, type Key } from '@spatial-ensemble/random';
import { checkAugment, outputShape, type SourceShape, type AugmentSpec } from '@spatial-ensemble/augment';

/** A view: one augmented copy of every image of a batch. */
export interface ViewSpec {
  readonly name: string;
  readonly augment: AugmentSpec;
}

/**
 * `epochs`: without replacement, epoch after epoch, each in a keyed order of its own. Batches run on over the end of an
 * epoch, so every batch is full, and few images repeat within one.
 * `independent`: each position draws its image on its own, with equal chances.
 */
export type StreamOrder = 'epochs' | 'independent';

/** Images, and how they are drawn. */
export interface StreamSpec {
  /** Part of every key of the stream: two streams draw different orders and views from the same images. */
  readonly name: string;
  /** Indices into the source, each once. */
  readonly indices: ArrayLike<number>;
  /** Images a step. */
  readonly batch: number;
  /** Default `epochs`. */
  readonly order?: StreamOrder;
  /** At least one. `labels` is no name for a view: it is where the labels are. */
  readonly views: readonly ViewSpec[];
}

/**
 * A place in a stream: which epoch it belongs to, and which image of the source is there. Where images are drawn on their
 * own, each position is an epoch, so that an image which comes twice has views of its own each time.
 */
export interface Place {
  readonly epoch: number;
  readonly index: number;
}

/**
 * The way through a stream: position `p` is in epoch `floor(p / n)`, and step `s` takes the positions from
 * `s * batch` on; of independent draws, each position is an epoch. Nothing has to be saved to go on from any step. Remembers the order of one epoch, so it is quick
 * where positions ascend.
 *
 * `]!`: a permutation holds places among the indices, and every image of every batch asks here.
 */
export function way(
  key: Key,
  { name, indices, order: drawn = 'epochs' }: Pick<StreamSpec, 'name' | 'indices' | 'order'>,
): (position: number) => Place {
  if (drawn === 'independent') {
    return (position) => ({ epoch: position, index: indices[draws(order(key, name, position)).int(indices.length)]! });
  }
  let current = -1;
  let visits = new Int32Array(0);
  return (position) => {
    const epoch = Math.floor(position / indices.length);
    if (epoch !== current) {
      visits = permutation(order(key, name, epoch), indices.length);
      current = epoch;
    }
    return { epoch, index: indices[visits[position % indices.length]!]! };
  };
}

/** @throws Error that names the stream, if something about the streams is wrong for a source of this shape and size */
export function checkStreams(streams: readonly StreamSpec[], shape: SourceShape, count: number): void {
  if (streams.length === 0) throw new Error('there are no streams to load');
  unique(streams, 'streams');
  for (const { name, indices, batch, views } of streams) {
    const where = `stream ${JSON.stringify(name)}`;
    if (!Number.isInteger(batch) || batch < 1)
      throw new Error(`${where}: \`batch\` must be a whole number of images, at least 1, got ${batch}`);
    if (views.length === 0) throw new Error(`${where} has no views`);
    unique(views, `views of ${where}`);
    for (const view of views) {
      if (view.name === 'labels')
        throw new Error(`${where}: a view cannot be called labels, which is where the labels are`);
      try {
        checkAugment(view.augment, shape);
        outputShape(view.augment, shape);
      } catch (error) {
        throw new Error(`${where}, view ${JSON.stringify(view.name)}: ${(error as Error).message}`, { cause: error });
      }
    }
    checkIndices(indices, count, where);
  }
}

function checkIndices(indices: ArrayLike<number>, count: number, where: string): void {
  if (indices.length === 0) throw new Error(`${where} has no images`);
  const seen = new Uint8Array(count);
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i] ?? NaN;
    if (!Number.isInteger(index) || index < 0 || index >= count)
      throw new Error(`${where}: index ${index} is not one of the source's ${count} images`);
    if (seen[index] === 1) throw new Error(`${where}: image ${index} is listed twice`);
    seen[index] = 1;
  }
}

function unique(named: readonly { readonly name: string }[], what: string): void {
  const names = named.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new Error(`two ${what} are called ${JSON.stringify(twice)}`);
}
