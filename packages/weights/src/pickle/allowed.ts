import { Global, Inert, type Value } from '@spatial-ensemble/files';
import { isTensor, type StorageRef, type TensorRef } from './value.ts';

/** Storages of torch: the only classes that a reference to a storage may name. */
const STORAGE = /^torch\.((?:Float|Double|Half|BFloat16|Long|Int|Short|Char|Byte|Bool)Storage)$/;

/** What is made of a call, by the name of what is called. Everything here is a function of its arguments alone. */
const MAKES: { readonly [name: string]: (args: readonly Value[]) => Value } = {
  'collections.OrderedDict': (args) => new Map(pairsOf(args[0])),
  'collections.defaultdict': () => new Map(),
  'builtins.dict': (args) => new Map(pairsOf(args[0])),
  'builtins.set': ([items]) => (Array.isArray(items) ? items : []),
  '__builtin__.set': ([items]) => (Array.isArray(items) ? items : []),
  'torch.Size': ([items]) => (Array.isArray(items) ? items : []),
  'torch._utils._rebuild_tensor_v2': (args) => tensor(args),
  'torch._utils._rebuild_tensor': (args) => tensor(args),
  'torch._utils._rebuild_parameter': ([data]) => {
    if (!isTensor(data)) throw new Error('a parameter is made of something that is no tensor');
    return data;
  },
};

/**
 * What stands in training checkpoints beside weights: settings, schedules, NumPy's numbers. It is named, so that a file
 * that holds it is read, and nothing comes of it.
 */
const INERT: readonly RegExp[] = [
  /^torch\.(device|dtype|float(16|32|64)|bfloat16|int(8|16|32|64)|bool|serialization\._get_layout|strided)$/,
  /^torch\.optim\.(?:[a-z_]+\.)?[A-Z]\w*$/,
  /^numpy\.(dtype|ndarray)$|^numpy\.(_?core)\.multiarray\.(scalar|_reconstruct)$|^_codecs\.encode$/,
  /^argparse\.Namespace$|^pathlib\.(Pure)?(Posix|Windows)?Path$|^datetime\.\w+$/,
  /^typing\.\w+$|^enum\.\w+$|^collections\.Counter$|^(builtins|__builtin__)\.(int|float|str|list|tuple|bool)$/,
  /^omegaconf\.[\w.]+$|^(pytorch_lightning|lightning|lightning_fabric)\.[\w.]+$/,
];

/**
 * A name that a pickle asks for.
 *
 * @throws Error for what is on no list: it could be anything, `os.system` too
 */
export function resolved(module: string, name: string): Global | Inert {
  const full = `${module}.${name}`;
  if (Object.hasOwn(MAKES, full) || STORAGE.test(full)) return new Global(full);
  if (INERT.some((pattern) => pattern.test(full))) return new Inert(full);
  throw new Error(
    `it asks for ${JSON.stringify(full.slice(0, 100))}, which is not among what weights are made of, and so it is not read. If you trust it, open it in Python and save its state_dict alone`,
  );
}

/** What comes of a call. @throws Error for what cannot be called, as a class of a storage */
export function made(callee: Value | undefined, args: Value | undefined): Value {
  if (callee instanceof Inert) return new Inert(callee.of);
  const make = callee instanceof Global && Object.hasOwn(MAKES, callee.name) ? MAKES[callee.name] : undefined;
  if (make === undefined || !Array.isArray(args)) throw new Error('it calls something that cannot be called');
  return make(args);
}

/** What a persistent reference of torch means: `('storage', type, key, location, count, …)`. */
export function storageOf(reference: Value | undefined): StorageRef {
  const [tag, type, key, , count] = Array.isArray(reference) ? reference : [];
  const name = type instanceof Global ? STORAGE.exec(type.name)?.[1] : undefined;
  if (tag !== 'storage' || name === undefined || typeof key !== 'string' || !isCount(count))
    throw new Error('it refers to something outside that is no storage of torch');
  return { kind: 'storage', type: name, key, count };
}

function tensor([storage, offset, shape, strides]: readonly Value[]): TensorRef {
  const isStorage = typeof storage === 'object' && storage !== null && 'kind' in storage && storage.kind === 'storage';
  if (!isStorage || !isCount(offset) || !isCounts(shape) || !isCounts(strides) || shape.length !== strides.length)
    throw new Error('a tensor is described by something else than storage, offset, shape and strides');
  if (shape.length > MOST_AXES) throw new Error(`a tensor has ${shape.length} axes`);
  const last = shape.reduce((sum, size, axis) => sum + Math.max(0, size - 1) * strides[axis]!, offset);
  if (shape.every((size) => size > 0) && last >= (storage as StorageRef).count)
    throw new Error(`a tensor of shape [${shape.join(', ')}] reaches beyond its storage`);
  return { kind: 'tensor', storage: storage as StorageRef, offset, shape, strides };
}

const MOST_AXES = 8;

function isCount(value: Value | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isCounts(value: Value | undefined): value is number[] {
  return Array.isArray(value) && value.every(isCount);
}

function pairsOf(value: Value | undefined): [Value, Value][] {
  if (value === undefined) return [];
  if (value instanceof Map) return [...value];
  if (!Array.isArray(value) || !value.every((pair) => Array.isArray(pair) && pair.length === 2))
    throw new Error('a dictionary is made of something that is no list of pairs');
  return value as [Value, Value][];
}
