/** Something that Python would import, by its name. It is never called. */
export class Global {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** What Python would make of a class that is of no use here: it holds nothing, and nothing is run to make it. */
export class Inert {
  readonly of: string;
  constructor(of: string) {
    this.of = of;
  }
}

/** A block of numbers that lies elsewhere, as torch's pickles refer to it. */
export interface StorageRef {
  readonly kind: 'storage';
  /** `FloatStorage`. */
  readonly type: string;
  readonly key: string;
  /** Elements. */
  readonly count: number;
}

/** A tensor of torch: a view of a storage. */
export interface TensorRef {
  readonly kind: 'tensor';
  readonly storage: StorageRef;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** What a pickle holds. Tuples, lists and sets are arrays; dictionaries are maps. */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Value[]
  | Map<Value, Value>
  | Global
  | Inert
  | StorageRef
  | TensorRef;

/** Whether a value is a tensor. */
export function isTensor(value: Value | undefined): value is TensorRef {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'tensor';
}
