import type { VariableMeta } from './variables.ts';

/** A variable as PyTorch keeps it. */
export interface TorchVariable {
  /** The name in a `state_dict`. */
  readonly name: string;
  readonly shape: readonly number[];
  /** `transpose(ours, axes)` is PyTorch's tensor: axis i of PyTorch's is axis `axes[i]` of ours. */
  readonly axes: readonly number[];
}

/**
 * PyTorch's name and layout of a variable, as its module declares them: OIHW for convolutions, OI for dense layers.
 *
 * @throws Error if the module declares none, or axes that are no order of the variable's
 */
export function torchVariable({ shape, module, name, torch }: VariableMeta): TorchVariable {
  if (torch === undefined)
    throw new Error(`${module}.${name} has no counterpart in PyTorch: give its meta \`torch\`, a name and axes`);
  const { axes } = torch;
  const order = [...axes].toSorted((a, b) => a - b);
  if (order.join() !== shape.map((_, axis) => axis).join())
    throw new Error(
      `${module}.${name}: the axes [${axes.join(', ')}] are no order of those of the shape [${shape.join(', ')}]`,
    );
  return { name: torch.name, shape: axes.map((axis) => shape[axis] ?? 0), axes };
}
