import { Key } from '@spatial-ensemble/random';
import { Tensor } from '@tensorflow/tfjs-core';
import { TracedKey } from '../random/traced-key.ts';
import { isHostTensor, type Leaf } from '../tree.ts';
import { zip } from '../lists.ts';

/** Where the leaves of a tree sit: equal structures print equally. */
export type Structure =
  | { readonly kind: 'leaf' }
  | { readonly kind: 'list'; readonly items: readonly Structure[] }
  | { readonly kind: 'record'; readonly names: readonly string[]; readonly items: readonly Structure[] };

const LEAF: Structure = { kind: 'leaf' };

export interface Flat {
  readonly leaves: Leaf[];
  /** The path of each leaf, such as `state.student.params.stem`. */
  readonly paths: string[];
  readonly structure: Structure;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value !== 'object') return `a ${typeof value}`;
  return `an instance of ${value.constructor?.name ?? 'an unknown class'}`;
}

/** Whether a value is a leaf of a tree; within a trace, a key is the traced one in its place. */
function isLeaf(value: unknown): value is Leaf {
  return value instanceof Tensor || value instanceof Key || value instanceof TracedKey || isHostTensor(value);
}

/**
 * Lists the leaves of a tree, records by sorted names, so that the order in which a caller wrote them does not count.
 *
 * @throws Error naming the path of anything that is neither a leaf, nor a list, nor a plain object.
 */
export function flatten(tree: unknown, root: string): Flat {
  const leaves: Leaf[] = [];
  const paths: string[] = [];
  function visit(value: unknown, path: string): Structure {
    if (isLeaf(value)) {
      leaves.push(value);
      paths.push(path);
      return LEAF;
    }
    if (Array.isArray(value))
      return { kind: 'list', items: (value as unknown[]).map((item, i) => visit(item, `${path}[${i}]`)) };
    if (isPlainObject(value)) {
      const names = Object.keys(value).sort();
      return { kind: 'record', names, items: names.map((name) => visit(value[name], `${path}.${name}`)) };
    }
    if (typeof value === 'number') {
      throw new Error(
        `${path} is a number: what a compiled function is given are tensors. Pass hostScalar(${value}), or close over it if it never changes.`,
      );
    }
    throw new Error(
      `${path} is ${describe(value)}: a tree holds tensors, host tensors ({ data, shape }) and keys in lists and plain objects`,
    );
  }
  const structure = visit(tree, root);
  return { leaves, paths, structure };
}

/** Builds a tree of the given structure from its leaves, in the order of `flatten`. */
export function unflatten(structure: Structure, leaves: readonly unknown[]): unknown {
  let next = 0;
  function build(part: Structure): unknown {
    if (part.kind === 'leaf') return leaves[next++];
    if (part.kind === 'list') return part.items.map(build);
    return Object.fromEntries(zip(part.names, part.items).map(([name, item]) => [name, build(item)]));
  }
  return build(structure);
}

/** A text that is equal for equal structures. */
export function printStructure(structure: Structure): string {
  if (structure.kind === 'leaf') return '*';
  if (structure.kind === 'list') return `[${structure.items.map(printStructure).join()}]`;
  return `{${zip(structure.names, structure.items)
    .map(([name, item]) => `${JSON.stringify(name)}:${printStructure(item)}`)
    .join()}}`;
}
