import type { Attribute } from '../binding/attributes.ts';
import type { Bfloat16Kernels } from '../binding/bfloat16-kernels.ts';
import type { Pointer } from '../binding/c-functions.ts';
import type { CollectiveKeys } from '../binding/collective-keys.ts';
import { AttributeType, DataType } from '../binding/dtypes.ts';
import type { HostValues } from '../binding/host-data.ts';
import type { Recording, TensorMetadata } from '../binding/tensorflow-binding.ts';
import { Bfloat16Policy } from './bfloat16.ts';
import { callSite } from './call-site.ts';
import type { Graph } from './graph.ts';
import type { Symbol } from './symbol.ts';
import { first } from '../lists.ts';

/**
 * Stands in for execution while a function is traced: its ops become nodes of a graph, constants from the host `Const`
 * nodes, and tensors numbers of symbols.
 */
export class Recorder implements Recording {
  readonly graph: Graph;
  readonly name: string;
  readonly #newId: () => number;
  readonly #symbols = new Map<number, Symbol>();
  readonly #widened = new Map<number, Symbol>();
  readonly #policy: Bfloat16Policy | undefined;
  readonly #standIns = new Map<number, Symbol>();
  #collectives = 0;
  #lastCollective: Pointer | undefined;

  /** @param bfloat16 how products are computed in bfloat16; absent: all is float32. */
  constructor(graph: Graph, newId: () => number, bfloat16?: Bfloat16Kernels) {
    this.graph = graph;
    this.name = graph.name;
    this.#newId = newId;
    this.#policy = bfloat16 && new Bfloat16Policy(graph, bfloat16);
  }

  /** How many collectives were recorded. */
  get collectives(): number {
    return this.#collectives;
  }

  /** The instance key of the next collective, and the one that was recorded before it. @param keys of the process */
  nextCollective(keys: CollectiveKeys): { readonly key: number; readonly before: readonly Pointer[] } {
    this.#collectives++;
    return {
      key: keys.traced + this.#collectives,
      before: this.#lastCollective === undefined ? [] : [this.#lastCollective],
    };
  }

  /** What the collective gives, which was recorded. */
  collected({ output }: Symbol): void {
    this.#lastCollective = output.oper;
  }

  has(id: number): boolean {
    return this.#symbols.has(id);
  }

  forget(id: number): void {
    this.#symbols.delete(id);
  }

  /** A value as TensorFlow.js knows it: bfloat16 is cast to float32. */
  symbol(id: number): Symbol {
    const symbol = this.#held(id);
    return this.#policy?.widen(symbol) ?? symbol;
  }

  #held(id: number): Symbol {
    const symbol = this.#symbols.get(id);
    if (symbol === undefined) throw new Error(`tensor ${id} does not belong to the trace of ${this.name}`);
    return symbol;
  }

  /** Gives a symbol a number by which the binding knows it. */
  insert(symbol: Symbol): number {
    const id = this.#newId();
    this.#symbols.set(id, symbol);
    return id;
  }

  read(id: number): never {
    const op = this.graph.source(this.#held(id))!.name;
    const name = op === 'Placeholder' || op === 'ReadVariableOp' ? 'an argument' : op;
    throw new Error(
      `${this.name}: the value of ${name} was read while the function is traced (${callSite()}). There are no values yet: ` +
        'return the tensor and read it outside, or replace a branch on a value by tf.where.',
    );
  }

  /**
   * From now on a float32 scalar of the host with this value, or its opposite, is the given one: for code that takes a
   * number where an argument of the function is meant.
   *
   * @param value exact in float32, and no number that code would write itself
   */
  standFor(value: number, id: number): void {
    const symbol = this.symbol(id);
    const opposite = this.graph.value('Neg', [{ name: 'T', type: AttributeType.type, value: symbol.dtype }], [symbol]);
    this.#standIns.set(value, symbol).set(-value, opposite);
  }

  constant(shape: readonly number[], dtype: number, values: HostValues): number {
    const stands = shape.length === 0 && dtype === DataType.float32 && this.#standIns.get(Number(values[0]));
    if (stands) return this.insert(stands);
    return this.insert(this.graph.constant(shape, dtype, values));
  }

  record(name: string, attributes: readonly Attribute[], ids: readonly number[], outputs: number): TensorMetadata[] {
    const held = ids.map((id) => this.#held(id));
    const symbols = this.#policy?.record(name, attributes, held) ?? this.#plain(name, attributes, held);
    if (symbols.length < outputs) throw new Error(`${name} has ${symbols.length} outputs, asked for ${outputs}`);
    return symbols.slice(0, outputs).map((symbol, i) => {
      if (symbol.shape === undefined && i === 0) {
        throw new Error(
          `${this.name}: the shape of what ${name} gives depends on data, which a traced function cannot have (${callSite()})`,
        );
      }
      const dtype = symbol.dtype === DataType.bfloat16 ? DataType.float32 : symbol.dtype;
      return { id: this.insert(symbol), shape: [...(symbol.shape ?? [0])], dtype };
    });
  }

  /** A node on values of the types that TensorFlow.js believes them to be. */
  #plain(name: string, attributes: readonly Attribute[], held: readonly Symbol[]): Symbol[] {
    const raw = held.map((symbol) => this.#policy?.widen(symbol) ?? symbol);
    if (name !== 'Cast')
      return this.graph.node(
        name,
        attributes,
        raw.map((symbol) => this.#widen(symbol)),
      );
    // TensorFlow.js has no uint8: the attribute says int32 where the bytes are still bytes.
    const fixed = attributes.map((attribute) =>
      attribute.name === 'SrcT' ? { ...attribute, value: first(raw).dtype } : attribute,
    );
    return this.graph.node(name, fixed, raw);
  }

  /** uint8 arrives from the host as it is and becomes int32, which TensorFlow.js believes it to be, where it is used. */
  #widen(symbol: Symbol): Symbol {
    if (symbol.dtype !== DataType.uint8) return symbol;
    const known = this.#widened.get(symbol.node);
    if (known !== undefined) return known;
    const wide = this.graph.cast(symbol, DataType.int32);
    this.#widened.set(symbol.node, wide);
    return wide;
  }

  dispose(): void {
    this.#symbols.clear();
    this.graph.dispose();
  }
}
