import { createHash } from 'node:crypto';
import koffi from 'koffi';
import type { Attribute } from '../binding/attributes.ts';
import { graphSetter, setAttribute } from '../binding/attributes.ts';
import type { GraphOutput, Pointer } from '../binding/c-api.ts';
import { packOutputs } from '../binding/c-api.ts';
import { AttributeType, DataType, dataTypeName } from '../binding/dtypes.ts';
import { toTensor, type HostValues } from '../binding/host-data.ts';
import type { Runtime } from '../binding/runtime.ts';
import type { Recording, TensorMetadata } from '../binding/tensorflow-binding.ts';
import { Bfloat16Policy, type Bfloat16Kernels } from './bfloat16.ts';
import { callSite } from './call-site.ts';
import { flopsOf } from './flops.ts';

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

/**
 * Records the ops of a function as nodes of a TensorFlow graph. It stands in for execution: shapes come from
 * TensorFlow's own shape inference, constants from the host become `Const` nodes.
 */
export class Recorder implements Recording {
  readonly graph: Pointer;
  readonly name: string;
  readonly #runtime: Runtime;
  readonly #newId: () => number;
  readonly #symbols = new Map<number, Symbol>();
  readonly #sources = new Map<Pointer, NodeSource>();
  readonly #widened = new Map<number, Symbol>();
  readonly #policy: Bfloat16Policy | undefined;
  readonly #hash = createHash('sha256');
  #nodes = 0;
  #flops = 0;
  #last: Pointer = 0n;
  #disposed = false;

  /** @param bfloat16 how products are computed in bfloat16; absent: all is float32. */
  constructor(runtime: Runtime, name: string, newId: () => number, bfloat16?: Bfloat16Kernels) {
    this.#runtime = runtime;
    this.#newId = newId;
    this.name = name;
    this.graph = runtime.api.TF_NewGraph();
    this.#policy = bfloat16 && new Bfloat16Policy(this, bfloat16);
  }

  /** Number of nodes recorded so far. */
  get nodes(): number {
    return this.#nodes;
  }

  /** Floating-point operations of the convolutions and matrix products recorded so far. */
  get flops(): number {
    return this.#flops;
  }

  /** All nodes by their operation, in the order of recording. */
  get recorded(): ReadonlyMap<Pointer, NodeSource> {
    return this.#sources;
  }

  /** sha256 over the recorded ops, their attributes, constants and wiring. */
  fingerprint(): string {
    return this.#hash.copy().digest('hex');
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

  source(symbol: Symbol): NodeSource | undefined {
    return this.#sources.get(symbol.output.oper);
  }

  read(id: number): never {
    const op = this.#sources.get(this.#held(id).output.oper)!.name;
    const name = op === 'Placeholder' || op === 'ReadVariableOp' ? 'an argument' : op;
    throw new Error(
      `${this.name}: the value of ${name} was read while the function is traced (${callSite()}). There are no values yet: ` +
        'return the tensor and read it outside, or replace a branch on a value by tf.where.',
    );
  }

  constant(shape: readonly number[], dtype: number, values: HostValues): number {
    return this.insert(this.constantSymbol(shape, dtype, values));
  }

  constantSymbol(shape: readonly number[], dtype: number, values: HostValues): Symbol {
    const { api, status } = this.#runtime;
    const tensor = toTensor(api, shape, dtype, values);
    try {
      const description = this.#describe('Const');
      api.TF_SetAttrTensor(description, 'value', tensor, status.pointer);
      status.check('Const');
      api.TF_SetAttrType(description, 'dtype', dtype);
      this.#hash.update(`Const ${dtype} [${shape.join()}] `);
      for (const part of ArrayBuffer.isView(values) ? [values] : values) this.#hash.update(part as Uint8Array);
      return this.#finish(description, 'Const', [])[0]!;
    } finally {
      api.TF_DeleteTensor(tensor);
    }
  }

  placeholder(dtype: number, shape: readonly number[]): Symbol {
    const { api } = this.#runtime;
    const description = this.#describe('Placeholder');
    api.TF_SetAttrType(description, 'dtype', dtype);
    api.TF_SetAttrShape(description, 'shape', BigInt64Array.from(shape, BigInt), shape.length);
    this.#hash.update(`Placeholder ${dtype} [${shape.join()}]`);
    return this.#finish(description, 'Placeholder', [])[0]!;
  }

  /** Adds a node. `control` nodes run before it. */
  node(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly Symbol[],
    control: readonly Pointer[] = [],
  ): Symbol[] {
    const { api, definitions, device } = this.#runtime;
    const groups = definitions.inputGroups(name, attributes, inputs.length);
    const description = this.#describe(name);
    if (device.type !== 'CPU') api.TF_SetDevice(description, device.name);
    let next = 0;
    for (const group of groups) {
      const taken = inputs.slice(next, next + group.count);
      next += group.count;
      if (group.list) api.TF_AddInputList(description, packOutputs(taken.map(({ output }) => output)), taken.length);
      else api.TF_AddInput(description, taken[0]!.output);
    }
    for (const operation of control) api.TF_AddControlInput(description, operation);
    const setter = graphSetter(api, description, (value) => koffi.address(value));
    for (const attribute of attributes)
      setAttribute(name, setter, attribute, (list) => definitions.isListOfShapes(name, list));
    this.#hash.update(
      `${name} (${inputs.map((input) => `${input.node}:${input.output.index}`).join()}) ${describeAttributes(attributes)}\n`,
    );
    return this.#finish(description, name, inputs, control);
  }

  /** Adds a node that has no outputs and gives the node itself. */
  operation(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly Symbol[],
    control: readonly Pointer[],
  ): Pointer {
    this.node(name, attributes, inputs, control);
    return this.#last;
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
      return this.node(
        name,
        attributes,
        raw.map((symbol) => this.#widen(symbol)),
      );
    // TensorFlow.js has no uint8: the attribute says int32 where the bytes are still bytes.
    const fixed = attributes.map((attribute) =>
      attribute.name === 'SrcT' ? { ...attribute, value: raw[0]!.dtype } : attribute,
    );
    return this.node(name, fixed, raw);
  }

  /** uint8 arrives from the host as it is and becomes int32, which TensorFlow.js believes it to be, where it is used. */
  #widen(symbol: Symbol): Symbol {
    if (symbol.dtype !== DataType.uint8) return symbol;
    const known = this.#widened.get(symbol.node);
    if (known !== undefined) return known;
    const wide = this.cast(symbol, DataType.int32);
    this.#widened.set(symbol.node, wide);
    return wide;
  }

  cast(symbol: Symbol, dtype: number): Symbol {
    if (symbol.dtype === dtype) return symbol;
    const attributes = [
      { name: 'SrcT', type: AttributeType.type, value: symbol.dtype },
      { name: 'DstT', type: AttributeType.type, value: dtype },
    ];
    return this.node('Cast', attributes, [symbol])[0]!;
  }

  /** A constant of int32 values, for ops that take shapes or axes as tensors. */
  ints(values: readonly number[]): Symbol {
    return this.constantSymbol([values.length], DataType.int32, Int32Array.from(values));
  }

  /** Tells shape inference what it cannot know: the shape of a variable's content. */
  setShape(symbol: Symbol, shape: readonly number[]): Symbol {
    const { api, status } = this.#runtime;
    api.TF_GraphSetTensorShape(
      this.graph,
      symbol.output,
      BigInt64Array.from(shape, BigInt),
      shape.length,
      status.pointer,
    );
    status.check(`${this.name}: shape [${shape.join(', ')}]`);
    return { ...symbol, shape };
  }

  #describe(type: string): Pointer {
    // Only a traced key reaches a recorder whose graph is gone.
    if (this.#disposed) throw new Error('a traced key was used outside the function that received it');
    return this.#runtime.api.TF_NewOperation(this.graph, type, `n${this.#nodes}_${type}`);
  }

  #finish(description: Pointer, name: string, inputs: readonly Symbol[], control: readonly Pointer[] = []): Symbol[] {
    const { api, status } = this.#runtime;
    const oper = api.TF_FinishOperation(description, status.pointer);
    status.check(() => `${this.name}: ${name} on [${inputs.map(describeSymbol).join(', ')}] (${callSite()})`);
    const node = this.#nodes++;
    this.#last = oper!;
    const outputs = Array.from({ length: api.TF_OperationNumOutputs(oper) }, (_, index) => {
      const output = { oper: oper!, index };
      return { output, dtype: api.TF_OperationOutputType(output), shape: this.#inferredShape(output), node };
    });
    this.#sources.set(oper!, { name, inputs, outputs, control });
    this.#flops += flopsOf(name, inputs, outputs);
    return outputs;
  }

  #inferredShape(output: GraphOutput): number[] | undefined {
    const { api, status } = this.#runtime;
    const rank = api.TF_GraphGetTensorNumDims(this.graph, output, status.pointer);
    status.check('could not infer a rank');
    if (rank < 0) return undefined;
    const dims = new BigInt64Array(Math.max(1, rank));
    api.TF_GraphGetTensorShape(this.graph, output, dims, rank, status.pointer);
    status.check('could not infer a shape');
    const shape = Array.from(dims.subarray(0, rank), Number);
    return shape.some((size) => size < 0) ? undefined : shape;
  }

  dispose(): void {
    this.#disposed = true;
    this.#symbols.clear();
    this.#sources.clear();
    this.#runtime.api.TF_DeleteGraph(this.graph);
  }
}

function describeSymbol(symbol: Symbol): string {
  return `${dataTypeName(symbol.dtype)} [${symbol.shape?.join(', ') ?? '?'}]`;
}

function describeAttributes(attributes: readonly Attribute[]): string {
  const sorted = [...attributes].sort((a, b) => (a.name < b.name ? -1 : 1));
  return sorted
    .map(({ name, type, value }) => `${name}=${type}:${Array.isArray(value) ? JSON.stringify(value) : String(value)}`)
    .join(' ');
}
