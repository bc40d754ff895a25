import { Global, readPickle, type Made, type PickleNames, type Value } from '@spatial-ensemble/files';

// A batch of CIFAR's `python` archive: a dictionary that Python 2 pickled, of labels and of NumPy's uint8 `[images, 3072]`.

const MAKER = 'numpy.core.multiarray._reconstruct';
const ARRAY = 'numpy.ndarray';
const TYPE = 'numpy.dtype';

/** NumPy's array, which is made empty and then given its state: version, shape, type, order, bytes. */
class PickledArray implements Made {
  readonly kind = 'array';
  shape: readonly number[] = [];
  bytes: Uint8Array = new Uint8Array(0);
}

class PickledType implements Made {
  readonly kind = 'type';
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

const NAMES: PickleNames = {
  encoding: 'latin1',
  resolved(module, name) {
    const full = `${module}.${name}`.replace('numpy._core.', 'numpy.core.');
    if ([MAKER, ARRAY, TYPE].includes(full)) return new Global(full);
    throw new Error(`it asks for ${JSON.stringify(full.slice(0, 100))}, which no batch of CIFAR needs`);
  },
  made(callee, args) {
    if (callee instanceof Global && callee.name === MAKER) return new PickledArray();
    const [name] = Array.isArray(args) ? args : [];
    if (callee instanceof Global && callee.name === TYPE && typeof name === 'string') return new PickledType(name);
    throw new Error('it calls something that cannot be called');
  },
  built(target, state) {
    if (target instanceof PickledType) return true;
    if (!(target instanceof PickledArray) || !Array.isArray(state)) return false;
    const [, shape, type, isFortran, bytes] = state;
    if (!(type instanceof PickledType) || !/^\|?u1$/.test(type.name) || isFortran !== false)
      throw new Error('it holds an array of something else than bytes in rows');
    if (!Array.isArray(shape) || typeof bytes !== 'string') throw new Error('it holds an array without shape or bytes');
    target.shape = shape.map(Number);
    target.bytes = Buffer.from(bytes, 'latin1');
    return true;
  },
};

/** The images and labels of a batch. */
export interface PickledBatch {
  /** uint8 `[images, 3072]`: planes of red, green and blue. */
  readonly planes: Uint8Array;
  readonly labels: readonly number[];
}

/**
 * Reads a batch, and runs nothing in it.
 *
 * @param labels what the labels are called: `labels`, or `fine_labels`
 * @param count how many images it has
 * @throws Error that says what is not as it should be
 */
export function readBatch(bytes: Uint8Array, labels: string, count: number): PickledBatch {
  const { value } = readPickle(bytes, NAMES);
  if (!(value instanceof Map)) throw new Error('it is no dictionary');
  const [data, of]: (Value | undefined)[] = [value.get('data'), value.get(labels)];
  if (!(data instanceof PickledArray) || data.shape.join() !== `${count},3072` || data.bytes.length !== count * 3072)
    throw new Error(
      `its \`data\` is no array of ${count} x 3072 bytes${data instanceof PickledArray ? `, but of ${data.shape.join(' x ')}` : ''}`,
    );
  if (!Array.isArray(of) || of.length !== count || !of.every((label) => typeof label === 'number'))
    throw new Error(`its \`${labels}\` are no list of ${count} numbers`);
  return { planes: data.bytes, labels: of as number[] };
}
