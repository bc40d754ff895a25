import type { GraphOutput, Pointer } from '../binding/c-functions.ts';

/** A value inside a graph that is being recorded. */
export interface Symbol {
  readonly output: GraphOutput;
  readonly dtype: number;
  /** Undefined where TensorFlow's shape inference does not know it and nobody may read it. */
  readonly shape: readonly number[] | undefined;
  /** The node's number in the order of recording, for fingerprints. */
  readonly node: number;
}

/** How the node that made a value was built: the assignment of state looks for updates that can be done in place. */
export interface NodeSource {
  readonly name: string;
  readonly inputs: readonly Symbol[];
  readonly outputs: readonly Symbol[];
  /** Nodes that run before it. */
  readonly control: readonly Pointer[];
}
