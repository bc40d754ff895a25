import koffi from 'koffi';
import type { Bfloat16Kernels } from './bfloat16-kernels.ts';
import { tellActivity } from './activity.ts';
import { explainBrokenOff } from './broken-off.ts';
import { thisProcessor } from '../doctor/instruction-set.ts';
import type { CApi, Pointer } from './c-functions.ts';
import { loadCApi } from './c-api.ts';
import { CollectiveKeys } from './collective-keys.ts';
import { joinCluster, type SettledCluster } from './cluster.ts';
import { eagerSetter, setAttribute, type Attribute } from './attributes.ts';
import { listDevices, type Device } from './devices.ts';
import { DataType } from './dtypes.ts';
import { Executors } from './executors.ts';
import { fromTensor, toTensor, type HostData, type HostValues } from './host-data.ts';
import { oneDnnIsOn, prepareEnvironment, type BitEnvironment } from './environment.ts';
import { chosenGpu, memoryShare, nvidiaGpus, type NvidiaGpu } from './nvidia-gpus.ts';
import { OpDefinitions } from './op-definitions.ts';
import { encodeConfig, type Config } from './protos.ts';
import { explainErrors, Status } from './status.ts';
import { watchPeers } from './watch-peers.ts';
import { xlaFlagsFor, type XlaOptions } from './xla-options.ts';
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
  /** The one GPU that is used, by its number among those that are visible. Default 0. */
  readonly gpu?: number;
  /** Most bytes of its memory that are taken. Default: all that there is. */
  readonly gpuMemoryBytes?: number;
  /** Let TensorFlow print its banner lines. */
  readonly verbose?: boolean;
  /** Whether float32 products on a GPU may round their inputs to TF32. Default false. */
  readonly tensorFloat32?: boolean;
  /** Use deterministic kernels on a GPU, or fail where an op has none. */
  readonly deterministic?: boolean;
  /** How XLA compiles for a GPU. */
  readonly xla?: XlaOptions;
  /** The processes that this one computes with. */
  readonly cluster?: SettledCluster;
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
  /** What NVIDIA's driver tells of it, where it is a GPU. */
  readonly gpu: NvidiaGpu | undefined;
  readonly version: string;
  /** Variables that change bits and that the user set, as they stood when the library was loaded. */
  readonly environment: BitEnvironment;
  /** Whether the library runs oneDNN's kernels on the processor. */
  readonly oneDNN: boolean;
  /** Whether float32 products on a GPU may round their inputs to TF32. */
  readonly tensorFloat32: boolean;
  readonly config: Config;
  /** The processes that this one computes with. */
  readonly cluster: SettledCluster | undefined;
  readonly collectives = new CollectiveKeys();
  readonly #instructionSet: string;
  readonly #executors: Executors;
  readonly #unwatch: (() => void) | undefined;
  #read: Promise<void> = Promise.resolve();

  constructor(options: RuntimeOptions, environment: BitEnvironment) {
    this.environment = environment;
    if (options.device === 'gpu') refuseTensorFloat32Override(this.environment, options.tensorFloat32 === true);
    const api = loadCApi(options);
    const activity = options.cluster?.endsWithPeers === true ? tellActivity(api) : undefined;
    this.api = activity?.api ?? api;
    const framework = koffi.load(options.framework);
    this.oneDNN = oneDnnIsOn(framework);
    this.#instructionSet = thisProcessor(this.environment).instructionSet;
    this.tensorFloat32 = setTensorFloat32(framework, options.tensorFloat32 === true);
    this.version = this.api.TF_Version();
    this.status = new Status(this.api);
    this.gpu = options.device === 'gpu' ? chosenGpu(nvidiaGpus(), options.gpu ?? 0) : undefined;
    this.config = runtimeConfig(options, this.gpu);
    this.context = this.#newContext();
    this.cluster = options.cluster;
    if (this.cluster !== undefined) {
      joinCluster(this, this.cluster, this.config);
      explainErrors(explainBrokenOff(this, this.cluster));
      this.#unwatch = watchPeers({ cc: options.cc, context: this.context, activity: activity?.shared }, this.cluster);
    }
    this.devices = listDevices(this.api, this.status, this.context);
    const wanted = options.device === 'gpu' ? 'GPU' : 'CPU';
    const device = this.devices.find(({ type }) => type === wanted);
    if (device === undefined) {
      const found = this.devices.map(({ name }) => name).join(', ');
      throw new Error(
        `TensorFlow found no ${wanted} (it found ${found}). \`npx spatial-ensemble doctor\` (of @spatial-ensemble/command) says what is missing.`,
      );
    }
    this.device = device;
    this.definitions = new OpDefinitions(this.api);
    this.#executors = new Executors(this.api, this.context);
  }

  /**
   * How bfloat16 is computed: by kernels for it where they add up in float32, which are a GPU's, and oneDNN's where the
   * processor has the instructions; else by those for float32, on rounded values.
   */
  get bfloat16(): Bfloat16Kernels {
    const oneDNN = this.oneDNN && process.arch === 'x64' && thisProcessor(this.environment).bf16;
    return this.device.type === 'GPU' || oneDNN ? 'native' : 'rounded';
  }

  /** The channels that oneDNN's kernels take at once: 16 for AVX-512, 8 for AVX and AVX2; undefined where others run. */
  get oneDnnBlock(): 8 | 16 | undefined {
    if (this.device.type !== 'CPU' || !this.oneDNN || !this.#instructionSet.startsWith('avx')) return undefined;
    return this.#instructionSet.startsWith('avx512') ? 16 : 8;
  }

  /** From here on this process has nothing more to do with the others, which may end. */
  leaveCluster(): void {
    this.#unwatch?.();
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

  /**
   * As `toHost`, without blocking. The handle may be deleted meanwhile. One is waited for at a time: whoever waits takes
   * one of the four threads of Node's pool, which decode images too.
   */
  toHostLater(handle: Pointer): Promise<HostData> {
    const own = this.api.TFE_TensorHandleCopySharingTensor(handle, this.status.pointer);
    this.status.check('could not read a tensor');
    const read = this.#read.then(() => this.#resolve(own!));
    this.#read = read.then(
      () => undefined,
      () => undefined,
    );
    return read;
  }

  async #resolve(handle: Pointer): Promise<HostData> {
    const status = new Status(this.api);
    try {
      const tensor = await new Promise<Pointer | null>((resolve, reject) => {
        this.api.TFE_TensorHandleResolve.async(handle, status.pointer, (error: unknown, read: Pointer | null) => {
          if (error === null || error === undefined) resolve(read);
          else reject(error as Error);
        });
      });
      status.check('could not read a tensor');
      try {
        return fromTensor(this.api, tensor!);
      } finally {
        this.api.TF_DeleteTensor(tensor);
      }
    } catch (error) {
      // What failed is told by this error: the queue takes what comes after it.
      this.settle();
      throw error;
    } finally {
      this.deleteHandle(handle);
      status.delete();
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

  /** As `execute`, on a thread of TensorFlow's own; `done` settles when it has run. */
  executeInBackground(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly Pointer[],
    outputs: number,
  ): { handles: Pointer[]; done: Promise<void> } {
    return this.#executors.inBackground(name, () => this.execute(name, attributes, inputs, outputs));
  }

  /** As `execute`, behind what was queued before: the handles' values are still to come. */
  executeInQueue(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly Pointer[],
    outputs: number,
  ): Pointer[] {
    return this.#executors.queued(() => this.execute(name, attributes, inputs, outputs));
  }

  /** Blocks until the queue is empty: whoever is about to touch what queued calls write calls it first. */
  settle(): void {
    this.#executors.settle();
  }

  /** Blocks until nothing is in flight; a step that fails says so where it was called. */
  wait(): void {
    this.#executors.wait();
  }
}

/**
 * Passes over graphs that a third of a large function's first call goes into, and that give a processor nothing: layouts
 * are a GPU's, traced functions have no loops, and TFG's pass finds nothing behind the others. The pass for memory
 * takes a processor to have 256 MB: of larger steps (beyond about 200 MB they were seen to change) it makes each sum of
 * several tensors a variable to which they are added in the order in which the executor comes to them, which is another
 * at each run, and so are the last bits of three and more (`tensorflow/core/grappler/optimizers/memory_optimizer.cc`,
 * `SchedulingPass`). Without it one op adds them up.
 */
const ON_PROCESSORS = { layoutOptimizer: 2, memoryOptimization: 1, loopOptimization: 2, disableTfgOptimizer: true };

function runtimeConfig(options: RuntimeOptions, gpu: NvidiaGpu | undefined): Config {
  return {
    allowSoftPlacement: true,
    ...(options.threads && {
      intraOpParallelismThreads: options.threads.intra,
      interOpParallelismThreads: options.threads.inter,
    }),
    ...(options.device !== 'gpu' && { deviceCount: { GPU: 0 }, graphOptions: { rewriteOptions: ON_PROCESSORS } }),
    gpuOptions: {
      allowGrowth: options.gpuMemoryGrowth !== false,
      // TensorFlow would hold memory on every GPU that it sees.
      ...(options.device === 'gpu' && { visibleDeviceList: String(options.gpu ?? 0) }),
      ...(options.gpuMemoryBytes !== undefined && {
        perProcessGpuMemoryFraction: memoryShare(options.gpuMemoryBytes, gpu),
      }),
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
    const deterministic = options.deterministic === true;
    const xla = xlaFlagsFor(options.xla ?? {}, deterministic);
    const { recorded, restore } = prepareEnvironment(deterministic, undefined, undefined, xla);
    try {
      runtime = new Runtime(options, recorded);
    } catch (error) {
      // Another start, with other options, is not to find what this one set.
      restore();
      throw error;
    }
    startedWith = wanted;
  } else if (wanted !== startedWith) {
    throw new Error(
      `TensorFlow already runs in this process with ${startedWith}; it cannot be started again with ${wanted}. Use a process of its own.`,
    );
  }
  return runtime;
}
