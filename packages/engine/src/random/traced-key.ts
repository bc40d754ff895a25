import { foldCounter } from '@spatial-ensemble/random';
import { AttributeType, DataType } from '../binding/dtypes.ts';
import type { Graph } from '../compile/graph.ts';
import type { Symbol } from '../compile/symbol.ts';
import { first } from '../lists.ts';

/** Philox4x32-10 in TensorFlow's `RandomNumberGeneratorSelector`. */
export const PHILOX = 1;

/**
 * What a compiled function receives in the place of a `Key` argument: the same key, whose words are an input of the
 * graph, so that another key never traces again. Folds give the same keys as on the host.
 */
export class TracedKey {
  readonly graph: Graph;
  /** uint64 `[1]`. */
  readonly symbol: Symbol;

  constructor(graph: Graph, symbol: Symbol) {
    this.graph = graph;
    this.symbol = symbol;
  }

  /** The key of a part: a name, or a whole number from 0 up. */
  fold(part: string | number): TracedKey {
    const [a, b, c, d] = foldCounter(part).map((word) => BigInt(word >>> 0)) as [bigint, bigint, bigint, bigint];
    const counter = this.graph.constant([2], DataType.uint64, BigUint64Array.of(a | (b << 32n), c | (d << 32n)));
    const algorithm = this.graph.constant([], DataType.int32, Int32Array.of(PHILOX));
    const attributes = [{ name: 'dtype', type: AttributeType.type, value: DataType.uint64 }];
    const folded = this.graph.node('StatelessRandomUniformFullIntV2', attributes, [
      this.graph.ints([1]),
      this.symbol,
      counter,
      algorithm,
    ]);
    return new TracedKey(this.graph, first(folded));
  }
}
