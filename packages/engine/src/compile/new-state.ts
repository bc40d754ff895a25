import { dataTypeName } from '../binding/dtypes.ts';
import type { Leaf } from '../tree.ts';
import { flatten, printStructure, type Flat } from './pytree.ts';
import { specify } from './specification.ts';
import type { Symbol } from './symbol.ts';
import { zip } from '../lists.ts';

/**
 * The symbols of the state that a step returned.
 *
 * @throws Error unless it returned state of the structure, shapes and types that it took
 */
export function newState(
  name: string,
  before: Flat,
  result: unknown,
  symbolOf: (leaf: Leaf, path: string) => Symbol,
): Symbol[] {
  if (!Array.isArray(result) || result.length !== 2)
    throw new Error(`${name} must return [state, result], as it takes (state, ...)`);
  const after = flatten(result[0], 'state');
  if (printStructure(after.structure) !== printStructure(before.structure)) {
    const missing = before.paths.filter((path) => !after.paths.includes(path));
    const added = after.paths.filter((path) => !before.paths.includes(path));
    throw new Error(
      `${name} must return its state with the structure it took: missing [${missing.join(', ')}], added [${added.join(', ')}]`,
    );
  }
  return zip(zip(after.leaves, after.paths), before.leaves).map(([[leaf, path], old]) => {
    const symbol = symbolOf(leaf, path);
    const { dtype, shape } = specify(old);
    if (symbol.dtype !== dtype || symbol.shape?.join() !== shape.join()) {
      throw new Error(
        `${name}: ${path} was ${dataTypeName(dtype)} [${shape.join(', ')}] and comes back as ${dataTypeName(symbol.dtype)} [${symbol.shape?.join(', ') ?? '?'}]`,
      );
    }
    return symbol;
  });
}
