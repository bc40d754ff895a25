import type { Pointer } from '../binding/c-functions.ts';
import { assignState, type StateWrite } from './assign-state.ts';
import type { Graph } from './graph.ts';
import { lateNodes } from './late.ts';
import { memoryGraph } from './memory-graph.ts';
import type { Symbol } from './symbol.ts';

/**
 * Makes of what was recorded a function that can be run: writes its state, and puts off what need not be there yet. Gives
 * the nodes that write.
 */
export function complete(
  graph: Graph,
  { outputs, writes }: { readonly outputs: readonly Symbol[]; readonly writes: readonly StateWrite[] },
): readonly Pointer[] {
  const assigned = assignState(graph, writes);
  const operations = [...graph.nodes.keys()];
  const sizes = memoryGraph(graph.nodes, [...outputs.map(({ output: { oper } }) => oper), ...assigned]);
  // `]!`: numbers of nodes are their places.
  for (const { node, until } of lateNodes(sizes)) graph.runAfter(operations[node]!, operations[until]!);
  return assigned;
}
