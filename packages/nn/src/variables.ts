import type { Tensor } from '@tensorflow/tfjs-core';

/**
 * What a variable means, declared by the module that makes it. Weight decay, LARS' exclusions, the units of smoothing,
 * and PyTorch's name and layout are read from here; names are never parsed, and no list says what kinds there are.
 */
export interface VariableMeta {
  readonly shape: readonly number[];
  /** The layer it belongs to, as a path: `block1.layer.0.bn1`. One module's variables form one unit of smoothing by layer. */
  readonly module: string;
  /** Its name within the module: `kernel`, `bias`, `gamma`. */
  readonly name: string;
  /** The axis of `shape` that counts the module's outputs; absent: it has none, as a class token. */
  readonly outAxis?: number;
  /** Kept by the network itself and not changed by the optimiser, as batch norm's running statistics. Default false. */
  readonly buffer?: boolean;
  /** Whether the usual rules decay it, and LARS scales it: weights yes; biases, and scales and shifts of norms, no. */
  readonly decays: boolean;
  /** How PyTorch keeps it; absent where it has no counterpart. */
  readonly torch?: TorchMeta;
}

/** A variable's name in a `state_dict`, and its layout there: axis i of PyTorch's is axis `axes[i]` of ours. */
export interface TorchMeta {
  readonly name: string;
  readonly axes: readonly number[];
}

/** Metas by variable name. */
export type Metas = { readonly [name: string]: VariableMeta };

/** Tensors by variable name. */
export type Tensors = { readonly [name: string]: Tensor };

/** Named tensors of one network: what the optimiser changes, and what batch norm keeps. */
export interface Variables {
  readonly params: Tensors;
  readonly buffers: Tensors;
}

/**
 * A vector with one number for each of a module's outputs, which the usual rules do not decay: a bias, a norm's scale or
 * shift, a statistic.
 *
 * @param torch its name in PyTorch's module, such as `bias`.
 */
export function perOutput(module: string, name: string, outputs: number, torch: string): VariableMeta {
  return {
    shape: [outputs],
    module,
    name,
    outAxis: 0,
    decays: false,
    torch: { name: `${module}.${torch}`, axes: [0] },
  };
}

/** Values in all variables of `metas`. */
export function countValues(metas: Metas): number {
  return Object.values(metas).reduce((sum, { shape }) => sum + shape.reduce((size, n) => size * n, 1), 0);
}
