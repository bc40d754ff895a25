import { first } from '../lists.ts';
import { packOutputs } from './c-api.ts';
import type { CApi, GraphOutput, Pointer } from './c-functions.ts';
import type { InputGroup } from './op-definitions.ts';

/** Gives a node that is being added to a graph its inputs, single ones and lists, as its definition groups them. */
export function addInputs(
  api: CApi,
  description: Pointer,
  groups: readonly InputGroup[],
  inputs: readonly GraphOutput[],
): void {
  let next = 0;
  for (const group of groups) {
    const taken = inputs.slice(next, next + group.count);
    next += group.count;
    if (group.list) api.TF_AddInputList(description, packOutputs(taken), taken.length);
    else api.TF_AddInput(description, first(taken));
  }
}
