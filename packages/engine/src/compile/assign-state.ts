import type { Attribute } from '../binding/attributes.ts';
import type { Pointer } from '../binding/c-functions.ts';
import { AttributeType } from '../binding/dtypes.ts';
import type { Graph } from './graph.ts';
import type { Symbol } from './symbol.ts';

/** A state leaf: the variable that holds it, its value when the function begins, and the one that it leaves. */
export interface StateWrite {
  readonly resource: Symbol;
  readonly old: Symbol;
  readonly value: Symbol;
}

/** An op that writes a variable. */
export interface WriteOp {
  readonly name: string;
  readonly attributes: readonly Attribute[];
  readonly inputs: readonly Symbol[];
}

function same(a: Symbol, b: Symbol): boolean {
  return a.output.oper === b.output.oper && a.output.index === b.output.index;
}

/**
 * The op that writes a state leaf's new value into its variable, or undefined where the value did not change. Two shapes
 * of update are done in place, one pass over memory less each: `x − s·y` with a scalar `s` (an optimiser's step, a moving
 * average), and `x − y`.
 *
 * Fingerprints hold these ops: they are a notation of what the function leaves, and stay as they are whatever else may
 * write it one day.
 */
export function writeOf(graph: Graph, { resource, old, value }: StateWrite): WriteOp | undefined {
  if (same(old, value)) return undefined;
  const dtype = { name: 'dtype', type: AttributeType.type, value: old.dtype };
  const update = graph.source(value);
  const [from, step] = update?.inputs ?? [];
  const moves = update?.name === 'Sub' && from !== undefined && same(from, old);
  if (!moves || step === undefined || step.shape?.join() !== old.shape?.join())
    return { name: 'AssignVariableOp', attributes: [dtype], inputs: [resource, value] };
  const scaled = scaledStep(graph, step);
  if (scaled === undefined || old.shape?.length === 0)
    return { name: 'AssignSubVariableOp', attributes: [dtype], inputs: [resource, step] };
  const attributes = [
    { name: 'T', type: AttributeType.type, value: old.dtype },
    { name: 'use_locking', type: AttributeType.bool, value: false },
  ];
  return { name: 'ResourceApplyGradientDescent', attributes, inputs: [resource, scaled.by, scaled.step] };
}

function scaledStep(graph: Graph, product: Symbol): { readonly by: Symbol; readonly step: Symbol } | undefined {
  const source = graph.source(product);
  const [a, b] = source?.inputs ?? [];
  if (source?.name !== 'Mul' || a === undefined || b === undefined) return undefined;
  if (a.shape?.length === 0) return { by: a, step: b };
  return b.shape?.length === 0 ? { by: b, step: a } : undefined;
}

/** Writes state, each leaf after the read of its old value; gives the nodes that do. */
export function assignState(graph: Graph, writes: readonly StateWrite[]): readonly Pointer[] {
  return writes.flatMap((write) => {
    const op = writeOf(graph, write);
    return op === undefined ? [] : [graph.operation(op.name, op.attributes, op.inputs, [write.old.output.oper])];
  });
}
