import type { Tensor } from '@tensorflow/tfjs-core';

/** How a variable's axes are ordered: convolution kernels, dense kernels, vectors with one entry a channel. */
export type Layout = 'HWIO' | 'IO' | 'C';

/** The part that a variable plays in its module. `mean` and `variance` are batch norm's running statistics. */
export type VariableKind = 'kernel' | 'bias' | 'gamma' | 'beta' | 'mean' | 'variance';

/**
 * What a variable means. Weight decay, LARS' exclusions, the granularity of smoothing, and PyTorch's name and layout
 * all derive from it; names are never parsed.
 */
export interface VariableMeta {
  readonly shape: readonly number[];
  readonly layout: Layout;
  readonly kind: VariableKind;
  /** The layer it belongs to, as a path: `block1.layer.0.bn1`. One module's variables form one unit of smoothing by layer. */
  readonly module: string;
  /** The axis of `shape` that counts the module's outputs. */
  readonly outAxis: number;
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

/** Whether variables of a kind are buffers: kept by the network itself, not changed by the optimiser. */
export function isBuffer(kind: VariableKind): boolean {
  return kind === 'mean' || kind === 'variance';
}

/** Values in all variables of `metas`. */
export function countValues(metas: Metas): number {
  return Object.values(metas).reduce((sum, { shape }) => sum + shape.reduce((size, n) => size * n, 1), 0);
}
