import { AttributeType } from '../binding/dtypes.ts';
import type { Pointer } from '../binding/c-api.ts';
import type { Recorder, Symbol } from './recorder.ts';

function same(a: Symbol, b: Symbol): boolean {
  return a.output.oper === b.output.oper && a.output.index === b.output.index;
}

/**
 * Writes a state leaf's new value into its variable, after the read of the old one. Two shapes of update are done in
 * place, one pass over memory less each: `x − s·y` with a scalar `s` (an optimiser's step, a moving average), and
 * `x − y`.
 *
 * @returns the node that writes, or undefined where the value did not change.
 */
export function assignState(recorder: Recorder, resource: Symbol, old: Symbol, value: Symbol): Pointer | undefined {
  if (same(old, value)) return undefined;
  const control = [old.output.oper];
  const update = recorder.source(value);
  if (update?.name === 'Sub' && same(update.inputs[0]!, old) && update.inputs[1]!.shape?.join() === old.shape?.join()) {
    const step = update.inputs[1]!;
    const product = recorder.source(step);
    const scale = product?.name === 'Mul' ? product.inputs.findIndex(({ shape }) => shape?.length === 0) : -1;
    if (scale >= 0 && old.shape?.length !== 0) {
      const attributes = [
        { name: 'T', type: AttributeType.type, value: old.dtype },
        { name: 'use_locking', type: AttributeType.bool, value: false },
      ];
      return recorder.operation(
        'ResourceApplyGradientDescent',
        attributes,
        [resource, product!.inputs[scale]!, product!.inputs[1 - scale]!],
        control,
      );
    }
    return recorder.operation(
      'AssignSubVariableOp',
      [{ name: 'dtype', type: AttributeType.type, value: old.dtype }],
      [resource, step],
      control,
    );
  }
  return recorder.operation(
    'AssignVariableOp',
    [{ name: 'dtype', type: AttributeType.type, value: old.dtype }],
    [resource, value],
    control,
  );
}
