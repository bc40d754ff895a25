import koffi from 'koffi';
import type { Bfloat16Kernels } from '../compile/bfloat16.ts';
import { thisProcessor } from '../doctor/instruction-set.ts';
import type { CApi, Pointer } from './c-api.ts';
import { loadCApi } from './c-api.ts';
import { eagerSetter, setAttribute, type Attribute } from './attributes.ts';
import { DataType } from './dtypes.ts';
import { fromTensor, toTensor, type HostData, type HostValues } from './host-data.ts';
import { oneDnnIsOn, prepareEnvironment, type BitEnvironment } from './environment.ts';
import { OpDefinitions } from './op-definitions.ts';
import { encodeConfig, type Config } from './protos.ts';
import { Status } from './status.ts';
import { refuseTensorFloat32Override, setTensorFloat32 } from './tensor-float-32.ts';

/** How TensorFlow is started. It is started once a process. */
export interface RuntimeOptions {
  /** Absolute paths of the two libraries. */
  readonly framework: string;
  readonly cc: string;
  /** Threads inside an op (`intra`) and ops at a time (`inter`); default: TensorFlow's own, the number of cores. */
  readonly threads?: { readonly intra: number; readonly inter: number };
  /** `cpu` hides every GPU. */
  readonly device?: 'cpu' | 'gpu';
  /** Take GPU memory as it is needed (the default) rather than all at once. */
  readonly gpuMemoryGrowth?: boolean;
  /** Which GPUs may be used, by number, such as `0` or `0,1`. */
  readonly visibleGpus?: string;
  /** Let TensorFlow print its banner lines. */
  readonly verbose?: boolean;
  /** Whether float32 products on a GPU may round their inputs to TF32. Default false. */
  readonly tensorFloat32?: boolean;
  /** Use deterministic kernels on a GPU, or fail where an op has none. */
  readonly deterministic?: boolean;
}

/** A device, by TensorFlow's full name and type (`CPU`, `GPU`). */
export interface Device {
  readonly name: string;
  readonly type: string;
  /** What TensorFlow may take of a GPU's memory; of a CPU it tells nothing of use. */
  readonly memoryBytes?: number;
}

function address(value: Uint8Array | BigInt64Array): bigint {
  return koffi.address(value);
}

/**
 * TensorFlow's eager context: the handles of tensors, single ops, and an executor for what runs off the main thread.
 * Knows nothing of TensorFlow.js.
 */
export class Runtime {
  readonly api: CApi;
  readonly status: Status;
  readonly context: Pointer;
  readonly definitions: OpDefinitions;
  readonly devices: readonly Device[];
  /** The device that ops run on. */
  readonly device: Device;
  readonly version: string;
  /** Variables that change bits and that the user set, as they stood when the library was loaded. */
  readonly environment: BitEnvironment;
  /** Whether the library runs oneDNN's kernels on the processor. */
  readonly oneDNN: boolean;
  /** Whether float32 products on a GPU may round their inputs to TF32. */
  readonly tensorFloat32: boolean;
  readonly config: Config;
  readonly #instructionSet: string;
  readonly #inline: Pointer;
  readonly #idle: Pointer[] = [];
  readonly #busy = new Set<Pointer>();

  constructor(options: RuntimeOptions) {
    this.environment = prepareEnvironment(options.deterministic === true);
    if (options.device === 'gpu') refuseTensorFloat32Override(this.environment, options.tensorFloat32 === true);
    this.api = loadCApi(options);
    const framework = koffi.load(options.framework);
    this.oneDNN = oneDnnIsOn(framework);
    this.#instructionSet = thisProcessor(this.environment).instructionSet;
    this.tensorFloat32 = setTensorFloat32(framework, options.tensorFloat32 === true);
    this.version = this.api.TF_Version();
    this.status = new Status(this.api);
    this.config = runtimeConfig(options);
    this.context = this.#newContext();
    this.devices = this.#listDevices();
    const wanted = options.device === 'gpu' ? 'GPU' : 'CPU';
    const device = this.devices.find(({ type }) => type === wanted);
    if (device === undefined) {
      const found = this.devices.map(({ name }) => name).join(', ');
      throw new Error(
        `TensorFlow found no ${wanted} (it found ${found}). Run \`npm run doctor\` to see what is missing.`,
      );
    }
    this.device = device;
    this.definitions = new OpDefinitions(this.api);
    this.#inline = this.api.TFE_NewExecutor(false, true, 0);
    this.api.TFE_ContextSetExecutorForThread(this.context, this.#inline);
  }

  /**
   * How bfloat16 is computed: by kernels for it where they add up in float32, which are a GPU's, and oneDNN's where the
   * processor has the instructions; else by those for float32, on rounded values.
   */
  get bfloat16(): Bfloat16Kernels {
    const oneDNN = this.oneDNN && process.arch === 'x64' && thisProcessor(this.environment).bf16;
    return this.device.type === 'GPU' || oneDNN ? 'native' : 'rounded';
  }

  /** Whether ops run on the processor by oneDNN's kernels for AVX or AVX2. */
  get oneDnnIsAvx(): boolean {
    return this.device.type === 'CPU' && this.oneDNN && /^avx(?!512)/.test(this.#instructionSet);
  }

  #newContext(): Pointer {
    const options = this.api.TFE_NewContextOptions();
    try {
      const bytes = encodeConfig(this.config);
      this.api.TFE_ContextOptionsSetConfig(options, bytes, bytes.length, this.status.pointer);
      this.status.check('TensorFlow refuses the configuration');
      const context = this.api.TFE_NewContext(options, this.status.pointer);
      this.status.check('TensorFlow could not start');
      return context!;
    } finally {
      this.api.TFE_DeleteContextOptions(options);
    }
  }

  #listDevices(): Device[] {
    const list = this.api.TFE_ContextListDevices(this.context, this.status.pointer);
    this.status.check('could not list the devices');
    try {
      return Array.from({ length: this.api.TF_DeviceListCount(list) }, (_, i) => {
        const name = this.api.TF_DeviceListName(list, i, this.status.pointer);
        const type = this.api.TF_DeviceListType(list, i, this.status.pointer);
        const memoryBytes = Number(this.api.TF_DeviceListMemoryBytes(list, i, this.status.pointer));
        return { name, type, ...(type !== 'CPU' && memoryBytes > 0 && { memoryBytes }) };
      });
    } finally {
      this.api.TF_DeleteDeviceList(list);
    }
  }

  /** Copies host data into a tensor on the device; int32 and strings stay in host memory, where GPU kernels want them. */
  fromHost(shape: readonly number[], dtype: number, values: HostValues): Pointer {
    const tensor = toTensor(this.api, shape, dtype, values);
    const handle = this.api.TFE_NewTensorHandle(tensor, this.status.pointer);
    this.api.TF_DeleteTensor(tensor);
    this.status.check('could not make a tensor');
    const onHost = this.device.type === 'CPU' || dtype === DataType.int32 || dtype === DataType.string;
    if (onHost) return handle!;
    const copy = this.api.TFE_TensorHandleCopyToDevice(handle, this.context, this.device.name, this.status.pointer);
    this.api.TFE_DeleteTensorHandle(handle);
    this.status.check('could not copy a tensor to the device');
    return copy!;
  }

  /** Copies a tensor's data to the host; waits for a step in flight that still has to make it. */
  toHost(handle: Pointer): HostData {
    const tensor = this.api.TFE_TensorHandleResolve(handle, this.status.pointer);
    this.status.check('could not read a tensor');
    try {
      return fromTensor(this.api, tensor!);
    } finally {
      this.api.TF_DeleteTensor(tensor);
    }
  }

  shapeOf(handle: Pointer): number[] {
    const rank = this.api.TFE_TensorHandleNumDims(handle, this.status.pointer);
    this.status.check('could not read the rank of a tensor');
    return Array.from({ length: rank }, (_, i) => Number(this.api.TFE_TensorHandleDim(handle, i, this.status.pointer)));
  }

  dtypeOf(handle: Pointer): number {
    return this.api.TFE_TensorHandleDataType(handle);
  }

  deleteHandle(handle: Pointer): void {
    this.api.TFE_DeleteTensorHandle(handle);
  }

  /** Executes one op, or a function that was added to the context; gives the handles of its outputs. */
  execute(name: string, attributes: readonly Attribute[], inputs: readonly Pointer[], outputs: number): Pointer[] {
    const op = this.#newOp(name, attributes, inputs);
    try {
      const handles = new BigUint64Array(Math.max(1, outputs));
      const count = Int32Array.of(outputs);
      this.api.TFE_Execute(op, handles, count, this.status.pointer);
      this.status.check(name);
      const made = Array.from(handles.subarray(0, count[0]));
      if (made.length < outputs) {
        for (const handle of made) this.deleteHandle(handle);
        throw new Error(`${name} has ${made.length} output(s), asked for ${outputs}`);
      }
      return made;
    } finally {
      this.api.TFE_DeleteOp(op);
    }
  }

  #newOp(name: string, attributes: readonly Attribute[], inputs: readonly Pointer[]): Pointer {
    const { api, status } = this;
    const op = api.TFE_NewOp(this.context, name, status.pointer);
    status.check(`TensorFlow has no op named ${name}`);
    try {
      if (this.device.type !== 'CPU') api.TFE_OpSetDevice(op, this.device.name, status.pointer);
      for (const input of inputs) {
        api.TFE_OpAddInput(op, input, status.pointer);
        status.check(name);
      }
      const setter = eagerSetter(api, op!, status.pointer, address);
      for (const attribute of attributes)
        setAttribute(name, setter, attribute, (list) => this.definitions.isListOfShapes(name, list));
      status.check(name);
      return op!;
    } catch (error) {
      api.TFE_DeleteOp(op);
      throw error;
    }
  }

  /**
   * Runs an op on a thread of TensorFlow's own: the call returns at once with handles whose values are still to come,
   * and `done` settles when it has run. Each call in flight has an executor to itself, since one that failed drops what
   * waits behind it.
   */
  executeInBackground(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly Pointer[],
    outputs: number,
  ): { handles: Pointer[]; done: Promise<void> } {
    const executor = this.#idle.pop() ?? this.api.TFE_NewExecutor(true, true, 0);
    this.#busy.add(executor);
    this.api.TFE_ContextSetExecutorForThread(this.context, executor);
    let handles: Pointer[];
    try {
      handles = this.execute(name, attributes, inputs, outputs);
    } catch (error) {
      this.#free(executor);
      throw error;
    } finally {
      this.api.TFE_ContextSetExecutorForThread(this.context, this.#inline);
    }
    const done = new Promise<void>((resolve, reject) => {
      const status = new Status(this.api);
      this.api.TFE_ExecutorWaitForAllPendingNodes.async(executor, status.pointer, (error: unknown) => {
        try {
          if (error !== null && error !== undefined) throw error as Error;
          status.check(name);
          resolve();
        } catch (reason) {
          reject(reason as Error);
        } finally {
          status.delete();
          this.#free(executor);
        }
      });
    });
    return { handles, done };
  }

  #free(executor: Pointer): void {
    this.api.TFE_ExecutorClearError(executor);
    this.#busy.delete(executor);
    this.#idle.push(executor);
  }

  /** Blocks until nothing is in flight; a step that fails says so where it was called. */
  wait(): void {
    if (this.#busy.size === 0) return;
    const status = new Status(this.api);
    for (const executor of this.#busy) this.api.TFE_ExecutorWaitForAllPendingNodes(executor, status.pointer);
    status.delete();
  }
}

function runtimeConfig(options: RuntimeOptions): Config {
  return {
    allowSoftPlacement: true,
    ...(options.threads && {
      intraOpParallelismThreads: options.threads.intra,
      interOpParallelismThreads: options.threads.inter,
    }),
    ...(options.device !== 'gpu' && { deviceCount: { GPU: 0 } }),
    gpuOptions: {
      allowGrowth: options.gpuMemoryGrowth !== false,
      ...(options.visibleGpus !== undefined && { visibleDeviceList: options.visibleGpus }),
    },
  };
}

let runtime: Runtime | undefined;
let startedWith: string | undefined;

/**
 * Starts TensorFlow, or gives the one that runs.
 *
 * @throws Error when it already runs with other options: a process has one TensorFlow.
 */
export function startRuntime(options: RuntimeOptions): Runtime {
  const wanted = JSON.stringify(Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1)));
  if (runtime === undefined) {
    runtime = new Runtime(options);
    startedWith = wanted;
  } else if (wanted !== startedWith) {
    throw new Error(
      `TensorFlow already runs in this process with ${startedWith}; it cannot be started again with ${wanted}. Use a process of its own.`,
    );
  }
  return runtime;
}
