import type { CApi, GraphOutput, Pointer } from './c-functions.ts';
import type { Status } from './status.ts';

/** The shape that TensorFlow infers of a graph's output, -1 for a size that it does not know; undefined where it knows not even how many. */
export function inferredShape(api: CApi, status: Status, graph: Pointer, output: GraphOutput): number[] | undefined {
  const rank = api.TF_GraphGetTensorNumDims(graph, output, status.pointer);
  status.check('could not infer a rank');
  if (rank < 0) return undefined;
  const dims = new BigInt64Array(Math.max(1, rank));
  api.TF_GraphGetTensorShape(graph, output, dims, rank, status.pointer);
  status.check('could not infer a shape');
  return Array.from(dims.subarray(0, rank), Number);
}
