import type { Layout, VariableKind, VariableMeta } from './variables.ts';

/** A variable as PyTorch keeps it. */
export interface TorchVariable {
  /** The name in a `state_dict`. */
  readonly name: string;
  readonly shape: readonly number[];
  /** `transpose(ours, axes)` is PyTorch's tensor: axis i of PyTorch's is axis `axes[i]` of ours. */
  readonly axes: readonly number[];
}

const NAMES: { readonly [kind in VariableKind]: string } = {
  kernel: 'weight',
  bias: 'bias',
  gamma: 'weight',
  beta: 'bias',
  mean: 'running_mean',
  variance: 'running_var',
};

const AXES: { readonly [layout in Layout]: readonly number[] } = { HWIO: [3, 2, 0, 1], IO: [1, 0], C: [0] };

/** PyTorch's name and layout of a variable: OIHW for convolutions, OI for dense layers. The one place that knows them. */
export function torchVariable({ shape, layout, kind, module }: VariableMeta): TorchVariable {
  const axes = AXES[layout];
  return { name: `${module}.${NAMES[kind]}`, shape: axes.map((axis) => shape[axis]!), axes };
}
