import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import type { Metas, Tensors, VariableMeta } from './variables.ts';

/**
 * What an optimiser keeps from update to update: named tensors by slot, such as `velocity`. A method spreads it into its
 * state, so that `state.velocity` is what a checkpoint holds, whatever else the state has.
 */
export type Slots<Slot extends string = string> = { readonly [slot in Slot]: Tensors };

/** Everything that one update of the parameters starts from. `params` and `grads` have the same names. */
export interface Update<Slot extends string = string> {
  readonly params: Tensors;
  readonly grads: Tensors;
  /** As `init` or the update before gave them; slots of others beside them are left alone. */
  readonly slots: Slots<Slot>;
  /** A scalar tensor, so that a schedule never traces again. */
  readonly learningRate: Scalar;
}

/** An optimiser as pure functions. `Slot` names what it keeps. */
export interface Optimiser<Slot extends string = string> {
  /** The slots before the first update. */
  init(params: Tensors): Slots<Slot>;
  update(from: Update<Slot>): { readonly params: Tensors; readonly slots: Slots<Slot> };
}

/**
 * Weight decay for what its module declares to decay: kernels of convolutions and dense layers, but no biases and no
 * batch norm (FixMatch: google-research/fixmatch@d4985a15 fixmatch.py).
 */
export function kernelsOnly({ decays }: VariableMeta): boolean {
  return decays;
}

/**
 * Weight decay for everything that is learnt (MoCo: facebookresearch/moco@87e36d39 main_moco.py; the official code of
 * STS: tengteng95/Spatial_Ensemble@e94a54b spatial_ensemble/exps/sts/sts_exp.py).
 */
export function everything(): boolean {
  return true;
}

/** One leaf of each of several trees, by the tree's key. */
type Leaves<Key extends string> = { readonly [key in Key]: Tensor };

/**
 * Applies a rule to each parameter in turn, in the order of `metas`.
 *
 * @param trees what the rule reads of each parameter: trees of tensors by a parameter's name.
 * @throws Error if a tree lacks a parameter
 */
export function eachParameter<In extends string, Out>(
  metas: Metas,
  trees: { readonly [key in In]: Tensors },
  rule: (leaves: Leaves<In>, meta: VariableMeta) => Out,
): { readonly [name: string]: Out } {
  const keys = Object.keys(trees) as In[];
  const leaf = (key: In, name: string): Tensor => {
    const tensor = trees[key][name];
    if (tensor === undefined) throw new Error(`the optimiser needs ${name} in ${key}, where it is missing`);
    return tensor;
  };
  return Object.fromEntries(
    Object.entries(metas).map(([name, meta]) => {
      const leaves = Object.fromEntries(keys.map((key) => [key, leaf(key, name)])) as Leaves<In>;
      return [name, rule(leaves, meta)];
    }),
  );
}

/** One of the tensors that a rule gave for each parameter, as a tree. */
export function treeOf<Key extends string>(given: { readonly [name: string]: Leaves<Key> }, key: Key): Tensors {
  return Object.fromEntries(Object.entries(given).map(([name, leaves]) => [name, leaves[key]]));
}
