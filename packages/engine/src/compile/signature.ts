import { Key } from '@spatial-ensemble/random';
import { dataTypeName } from '../binding/dtypes.ts';
import type { Leaf } from '../tree.ts';
import type { Settings } from './options.ts';
import type { Flat } from './pytree.ts';
import { specify } from './specification.ts';

function describeLeaf(leaf: Leaf): string {
  if (leaf instanceof Key) return 'key';
  const { dtype, shape } = specify(leaf);
  return `${dataTypeName(dtype)}[${shape.join('x')}]`;
}

/** What a function is traced for, a line for each leaf: its path, type and shape. */
export function describe(state: Flat | undefined, args: Flat): string[] {
  return [state, args].flatMap(
    (flat) => flat?.leaves.map((leaf, i) => `${flat.paths[i]}: ${describeLeaf(leaf)}`) ?? [],
  );
}

/** Why a function is not traced once more: what differs from the arguments before. */
export function tooManyTraces(settings: Settings, before: readonly string[], now: readonly string[]): string {
  const changed = now.filter((line) => !before.includes(line)).slice(0, 5);
  const what =
    changed.length > 0
      ? changed
          .map(
            (line) =>
              `${line} (was ${before.find((old) => old.split(':')[0] === line.split(':')[0])?.split(': ')[1] ?? 'absent'})`,
          )
          .join('; ')
      : 'the structure of its arguments';
  return `${settings.name} was traced ${settings.maxTraces} times and would be traced again: what keeps changing is ${what}. Give it arguments of fixed shapes, or raise maxTraces.`;
}
