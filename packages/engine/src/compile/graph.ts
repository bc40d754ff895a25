import koffi from 'koffi';
import { graphSetter, setAttribute, type Attribute } from '../binding/attributes.ts';
import { checkGiven, checkNewAxes } from '../binding/foreseen-shapes.ts';
import { addInputs } from '../binding/graph-inputs.ts';
import { inferredShape } from '../binding/inferred-shape.ts';
import { checkShape } from '../binding/shape-limits.ts';
import type { GraphOutput, Pointer } from '../binding/c-functions.ts';
import { AttributeType, DataType, dataTypeName } from '../binding/dtypes.ts';
import { toTensor, type HostValues } from '../binding/host-data.ts';
import type { Runtime } from '../binding/runtime.ts';
import { callSite } from './call-site.ts';
import { nodeName } from './executed-flops.ts';
import { flopsOf } from './flops.ts';
import type { GraphHash } from './graph-hash.ts';
import type { NodeSource, Symbol } from './symbol.ts';
import { first } from '../lists.ts';

/** A TensorFlow graph in the making: nodes are added one by one, with shapes from TensorFlow's own inference. */
export class Graph {
  readonly pointer: Pointer;
  /** For messages: the name of the function that is recorded. */
  readonly name: string;
  readonly #runtime: Runtime;
  readonly #hash: GraphHash | undefined;
  readonly #sources = new Map<Pointer, NodeSource>();
  #flops = 0;
  #last: Pointer = 0n;
  #disposed = false;

  /** @param hash is told of every node that is added */
  constructor(runtime: Runtime, name: string, hash?: GraphHash) {
    this.#runtime = runtime;
    this.name = name;
    this.#hash = hash;
    this.pointer = runtime.api.TF_NewGraph();
  }

  /** Floating-point operations of its convolutions and matrix products. */
  get flops(): number {
    return this.#flops;
  }

  /** All nodes by their operation, in the order of recording. */
  get nodes(): ReadonlyMap<Pointer, NodeSource> {
    return this.#sources;
  }

  constant(shape: readonly number[], dtype: number, values: HostValues): Symbol {
    return this.#constant(shape, dtype, values, values);
  }

  /** A constant that is another in each process, or each time: the graph is told to be the same. */
  ownConstant(shape: readonly number[], dtype: number, values: HostValues): Symbol {
    return this.#constant(shape, dtype, values, []);
  }

  #constant(shape: readonly number[], dtype: number, values: HostValues, hashed: HostValues): Symbol {
    const { api, status } = this.#runtime;
    const tensor = toTensor(api, shape, dtype, values);
    try {
      const description = this.#describe('Const');
      api.TF_SetAttrTensor(description, 'value', tensor, status.pointer);
      status.check('Const');
      api.TF_SetAttrType(description, 'dtype', dtype);
      this.#hash?.constant(dtype, shape, hashed);
      return first(this.#finish(description, 'Const', []));
    } finally {
      api.TF_DeleteTensor(tensor);
    }
  }

  placeholder(dtype: number, shape: readonly number[]): Symbol {
    checkShape(shape);
    const { api } = this.#runtime;
    const description = this.#describe('Placeholder');
    api.TF_SetAttrType(description, 'dtype', dtype);
    api.TF_SetAttrShape(description, 'shape', BigInt64Array.from(shape, BigInt), shape.length);
    this.#hash?.placeholder(dtype, shape);
    return first(this.#finish(description, 'Placeholder', []));
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
    checkNewAxes(name, attributes, inputs[0]?.shape);
    const description = this.#describe(name);
    if (device.type !== 'CPU') api.TF_SetDevice(description, device.name);
    addInputs(
      api,
      description,
      groups,
      inputs.map(({ output }) => output),
    );
    for (const operation of control) api.TF_AddControlInput(description, operation);
    const setter = graphSetter(api, description, (value) => koffi.address(value));
    for (const attribute of attributes)
      setAttribute(name, setter, attribute, (list) => definitions.isListOfShapes(name, list));
    this.#hash?.node(name, attributes, inputs);
    return this.#finish(description, name, inputs, control);
  }

  /** Adds a node and gives its first output. */
  value(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly Symbol[],
    control: readonly Pointer[] = [],
  ): Symbol {
    return first(this.node(name, attributes, inputs, control));
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

  /** Has a node that was added run after another one, which may have been added later. */
  runAfter(operation: Pointer, first: Pointer): void {
    this.#runtime.api.TF_AddOperationControlInput(this.pointer, operation, first);
    const source = this.#sources.get(operation)!;
    this.#sources.set(operation, { ...source, control: [...source.control, first] });
  }

  cast(symbol: Symbol, dtype: number): Symbol {
    if (symbol.dtype === dtype) return symbol;
    const attributes = [
      { name: 'SrcT', type: AttributeType.type, value: symbol.dtype },
      { name: 'DstT', type: AttributeType.type, value: dtype },
    ];
    return this.value('Cast', attributes, [symbol]);
  }

  /** A constant of int32 values, for ops that take shapes or axes as tensors. */
  ints(values: readonly number[]): Symbol {
    return this.constant([values.length], DataType.int32, Int32Array.from(values));
  }

  /** Tells shape inference what it cannot know: the shape of a variable's content. */
  setShape(symbol: Symbol, shape: readonly number[]): Symbol {
    const { api, status } = this.#runtime;
    api.TF_GraphSetTensorShape(
      this.pointer,
      symbol.output,
      BigInt64Array.from(shape, BigInt),
      shape.length,
      status.pointer,
    );
    status.check(`${this.name}: shape [${shape.join(', ')}]`);
    return { ...symbol, shape };
  }

  source(symbol: Symbol): NodeSource | undefined {
    return this.#sources.get(symbol.output.oper);
  }

  #describe(type: string): Pointer {
    // Only a traced key reaches a recorder whose graph is gone.
    if (this.#disposed) throw new Error('a traced key was used outside the function that received it');
    return this.#runtime.api.TF_NewOperation(this.pointer, type, nodeName(this.#sources.size, type));
  }

  #finish(description: Pointer, name: string, inputs: readonly Symbol[], control: readonly Pointer[] = []): Symbol[] {
    const { api, status } = this.#runtime;
    const oper = api.TF_FinishOperation(description, status.pointer);
    status.check(() => `${this.name}: ${name} on [${inputs.map(describeSymbol).join(', ')}] (${callSite()})`);
    const node = this.#sources.size;
    this.#last = oper!;
    const outputs = Array.from({ length: api.TF_OperationNumOutputs(oper) }, (_, index) => {
      const output = { oper: oper!, index };
      return { output, dtype: api.TF_OperationOutputType(output), shape: this.#shapeOf(name, output), node };
    });
    this.#sources.set(oper!, { name, inputs, outputs, control });
    this.#flops += flopsOf(name, inputs, outputs);
    return outputs;
  }

  /** Undefined where a size is not known. An op that gives more than TensorFlow can hold would end the process when it is run. */
  #shapeOf(name: string, output: GraphOutput): number[] | undefined {
    const { api, status } = this.#runtime;
    const shape = inferredShape(api, status, this.pointer, output);
    if (shape === undefined) return undefined;
    try {
      checkGiven(name, shape);
    } catch (error) {
      throw new Error(`${this.name}: ${(error as Error).message} (${callSite()})`, { cause: error });
    }
    return shape.some((size) => size < 0) ? undefined : shape;
  }

  dispose(): void {
    this.#disposed = true;
    this.#sources.clear();
    this.#runtime.api.TF_DeleteGraph(this.pointer);
  }
}

function describeSymbol(symbol: Symbol): string {
  return `${dataTypeName(symbol.dtype)} [${symbol.shape?.join(', ') ?? '?'}]`;
}
