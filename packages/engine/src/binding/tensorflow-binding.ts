import type { HostData, HostValues } from './host-data.ts';
import type { Attribute } from './attributes.ts';
import { zip } from '../lists.ts';
import { AttributeType, DataType } from './dtypes.ts';
import { checkForeseen, mayExceed } from './foreseen-shapes.ts';
import type { Runtime } from './runtime.ts';
import { SavedModels } from './saved-models.ts';
import { TensorStore } from './tensor-store.ts';

/** What TensorFlow.js learns of an op's output. */
export interface TensorMetadata {
  id: number;
  shape: number[];
  dtype: number;
}

/** Takes over the binding's calls while a function is traced. */
export interface Recording {
  constant(shape: readonly number[], dtype: number, values: HostValues): number;
  record(name: string, attributes: readonly Attribute[], inputs: readonly number[], outputs: number): TensorMetadata[];
  has(id: number): boolean;
  forget(id: number): void;
  read(id: number): never;
}

/**
 * The interface that `@tensorflow/tfjs-node-gpu`'s JavaScript expects of its addon (its `dist/tfjs_binding.d.ts`), over
 * FFI. While `recording` is set, ops are not executed but recorded.
 */
export class TensorFlowBinding {
  readonly runtime: Runtime;
  readonly store: TensorStore;
  readonly #models: SavedModels;
  recording: Recording | undefined;

  readonly TF_FLOAT = DataType.float32;
  readonly TF_INT32 = DataType.int32;
  readonly TF_INT64 = DataType.int64;
  readonly TF_BOOL = DataType.bool;
  readonly TF_COMPLEX64 = DataType.complex64;
  readonly TF_STRING = DataType.string;
  readonly TF_RESOURCE = DataType.resource;
  readonly TF_UINT8 = DataType.uint8;
  readonly TF_ATTR_STRING = AttributeType.string;
  readonly TF_ATTR_INT = AttributeType.int;
  readonly TF_ATTR_FLOAT = AttributeType.float;
  readonly TF_ATTR_BOOL = AttributeType.bool;
  readonly TF_ATTR_TYPE = AttributeType.type;
  readonly TF_ATTR_SHAPE = AttributeType.shape;
  /** Not one of TensorFlow's kinds: the addon declares it and no kernel uses it. */
  readonly TF_ATTR_RESOURCE = 100;
  readonly TF_Version: string;

  constructor(runtime: Runtime) {
    this.runtime = runtime;
    this.store = new TensorStore(runtime);
    this.#models = new SavedModels(runtime);
    this.TF_Version = runtime.version;
  }

  /**
   * @param shape sizes of the dimensions; `[]` for a scalar.
   * @param dtype a `TF_DataType` number.
   * @param values a typed array of as many elements (int64: low and high words), or byte arrays for strings.
   * @returns the number of a new tensor.
   */
  createTensor(shape: number[], dtype: number, values: HostValues): number {
    if (!Array.isArray(shape)) throw new Error('createTensor: the shape must be a list of sizes');
    if (this.recording !== undefined) return this.recording.constant(shape, dtype, values);
    return this.store.insert({ kind: 'value', handle: this.runtime.fromHost(shape, dtype, values), shape: [...shape] });
  }

  deleteTensor(id: number): void {
    if (this.recording?.has(id) === true) this.recording.forget(id);
    else this.store.delete(id);
  }

  /** Copies a tensor's data to the host; blocks until it is there. */
  tensorDataSync(id: number): HostData {
    if (this.recording?.has(id) === true) return this.recording.read(id);
    return this.store.withHandles([id], ([handle]) => this.runtime.toHost(handle!));
  }

  /** As `tensorDataSync`, without blocking: steps that are in flight run on. */
  async tensorData(id: number): Promise<HostData> {
    if (this.recording?.has(id) === true) return this.recording.read(id);
    return this.store.dataLater(id);
  }

  /** Executes an op, or records it while a function is traced. */
  executeOp(name: string, attributes: Attribute[], inputs: number[], outputs: number): TensorMetadata[] {
    if (typeof name !== 'string') throw new Error('executeOp: the op is named by a string');
    if (!Array.isArray(attributes) || !Array.isArray(inputs))
      throw new Error(`${name}: attributes and inputs must be lists`);
    if (!Number.isInteger(outputs) || outputs < 0) throw new Error(`${name}: the number of outputs must be given`);
    if (this.recording !== undefined) return this.recording.record(name, attributes, inputs, outputs);
    const shapes = inputs.map((id) => this.store.get(id).shape);
    const handles = this.store.withHandles(inputs, (values) => {
      if (mayExceed(shapes))
        checkForeseen(
          this.runtime,
          name,
          attributes,
          zip(values, shapes).map(([handle, shape]) => ({ handle, dtype: this.runtime.dtypeOf(handle), shape })),
        );
      return this.runtime.execute(name, attributes, values, outputs);
    });
    return handles.map((handle) => this.#describe(handle));
  }

  #describe(handle: bigint): TensorMetadata {
    const shape = this.runtime.shapeOf(handle);
    const dtype = this.runtime.dtypeOf(handle);
    return { id: this.store.insert({ kind: 'value', handle, shape: [...shape] }), shape, dtype };
  }

  /** @param tags comma-separated, such as `serve`. */
  loadSavedModel(directory: string, tags: string): number {
    return this.#models.load(directory, tags);
  }

  deleteSavedModel(id: number): void {
    this.#models.delete(id);
  }

  runSavedModel(id: number, inputs: number[], inputNames: string, outputNames: string): TensorMetadata[] {
    const handles = this.store.withHandles(inputs, (values) => this.#models.run(id, values, inputNames, outputNames));
    return handles.map((handle) => this.#describe(handle));
  }

  getNumOfSavedModels(): number {
    return this.#models.size;
  }

  getNumOfTensors(): number {
    return this.store.size;
  }

  isUsingGpuDevice(): boolean {
    return this.runtime.device.type === 'GPU';
  }
}
