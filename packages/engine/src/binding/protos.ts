import protobuf from 'protobufjs';

/**
 * The parts of TensorFlow's protocol buffers that the engine reads or writes, with their field numbers
 * (tensorflow/core/protobuf/config.proto, cluster.proto and tensorflow_server.proto, rewriter_config.proto, tensorflow/core/framework/op_def.proto
 * and step_stats.proto, 2.21).
 */
const DESCRIPTORS = {
  nested: {
    tensorflow: {
      nested: {
        ConfigProto: {
          fields: {
            deviceCount: { keyType: 'string', type: 'int32', id: 1 },
            intraOpParallelismThreads: { type: 'int32', id: 2 },
            interOpParallelismThreads: { type: 'int32', id: 5 },
            gpuOptions: { type: 'GPUOptions', id: 6 },
            allowSoftPlacement: { type: 'bool', id: 7 },
            graphOptions: { type: 'GraphOptions', id: 10 },
            experimental: { type: 'Experimental', id: 16 },
          },
        },
        GraphOptions: { fields: { rewriteOptions: { type: 'RewriterConfig', id: 10 } } },
        RewriterConfig: {
          fields: {
            layoutOptimizer: { type: 'int32', id: 1 },
            memoryOptimization: { type: 'int32', id: 4 },
            loopOptimization: { type: 'int32', id: 9 },
            disableTfgOptimizer: { type: 'bool', id: 32 },
          },
        },
        Experimental: { fields: { collectiveGroupLeader: { type: 'string', id: 1 } } },
        ServerDef: {
          fields: {
            cluster: { type: 'ClusterDef', id: 1 },
            jobName: { type: 'string', id: 2 },
            taskIndex: { type: 'int32', id: 3 },
            defaultSessionConfig: { type: 'ConfigProto', id: 4 },
            protocol: { type: 'string', id: 5 },
          },
        },
        ClusterDef: { fields: { job: { rule: 'repeated', type: 'JobDef', id: 1 } } },
        JobDef: {
          fields: { name: { type: 'string', id: 1 }, tasks: { keyType: 'int32', type: 'string', id: 2 } },
        },
        GPUOptions: {
          fields: {
            perProcessGpuMemoryFraction: { type: 'double', id: 1 },
            allowGrowth: { type: 'bool', id: 4 },
            visibleDeviceList: { type: 'string', id: 5 },
          },
        },
        OpList: { fields: { op: { rule: 'repeated', type: 'OpDef', id: 1 } } },
        OpDef: {
          fields: {
            name: { type: 'string', id: 1 },
            inputArg: { rule: 'repeated', type: 'ArgDef', id: 2 },
            outputArg: { rule: 'repeated', type: 'ArgDef', id: 3 },
            attr: { rule: 'repeated', type: 'AttrDef', id: 4 },
            isStateful: { type: 'bool', id: 17 },
          },
        },
        ArgDef: {
          fields: {
            name: { type: 'string', id: 1 },
            type: { type: 'int32', id: 3 },
            typeAttr: { type: 'string', id: 4 },
            numberAttr: { type: 'string', id: 5 },
            typeListAttr: { type: 'string', id: 6 },
          },
        },
        AttrDef: { fields: { name: { type: 'string', id: 1 }, type: { type: 'string', id: 2 } } },
        RunOptions: { fields: { traceLevel: { type: 'int32', id: 1 } } },
        RunMetadata: { fields: { stepStats: { type: 'StepStats', id: 1 } } },
        StepStats: { fields: { devStats: { rule: 'repeated', type: 'DeviceStepStats', id: 1 } } },
        DeviceStepStats: {
          fields: {
            device: { type: 'string', id: 1 },
            nodeStats: { rule: 'repeated', type: 'NodeExecStats', id: 2 },
          },
        },
        NodeExecStats: {
          fields: {
            nodeName: { type: 'string', id: 1 },
            timelineLabel: { type: 'string', id: 8 },
            allStartNanos: { type: 'int64', id: 13 },
            opStartRelNanos: { type: 'int64', id: 14 },
            opEndRelNanos: { type: 'int64', id: 15 },
          },
        },
      },
    },
  },
};

const root = protobuf.Root.fromJSON(DESCRIPTORS as protobuf.INamespace);

/** Which passes TensorFlow leaves out of those that it rewrites a function by at its first call, by the numbers of its enums. */
interface RewriteOptions {
  readonly layoutOptimizer: number;
  readonly memoryOptimization: number;
  readonly loopOptimization: number;
  readonly disableTfgOptimizer: boolean;
}

/** What a `ConfigProto` says; absent fields keep TensorFlow's defaults. */
export interface Config {
  readonly deviceCount?: { readonly [type: string]: number };
  readonly intraOpParallelismThreads?: number;
  readonly interOpParallelismThreads?: number;
  readonly allowSoftPlacement?: boolean;
  readonly graphOptions?: { readonly rewriteOptions: RewriteOptions };
  readonly gpuOptions?: {
    readonly allowGrowth?: boolean;
    readonly visibleDeviceList?: string;
    readonly perProcessGpuMemoryFraction?: number;
  };
}

/** Serialises a `ConfigProto`. */
export function encodeConfig(config: Config): Uint8Array {
  const type = root.lookupType('tensorflow.ConfigProto');
  return type.encode(type.fromObject(config)).finish();
}

/** What a `ServerDef` says: all processes, and which of them this one is. */
export interface Server {
  readonly cluster: { readonly job: readonly { readonly name: string; readonly tasks: Record<number, string> }[] };
  readonly jobName: string;
  readonly taskIndex: number;
  readonly defaultSessionConfig: Config & { readonly experimental: { readonly collectiveGroupLeader: string } };
  readonly protocol: 'grpc';
}

/** Serialises a `ServerDef`. */
export function encodeServer(server: Server): Uint8Array {
  const type = root.lookupType('tensorflow.ServerDef');
  return type.encode(type.fromObject(server)).finish();
}

/** One argument of an op: a single tensor, or a list whose length an attribute tells. */
interface ArgumentDefinition {
  readonly name: string;
  readonly typeAttr: string;
  readonly numberAttr: string;
  readonly typeListAttr: string;
}

/** The definition of an op, as TensorFlow itself states it. */
export interface OpDefinition {
  readonly name: string;
  readonly inputArg: readonly ArgumentDefinition[];
  readonly outputArg: readonly ArgumentDefinition[];
  readonly attr: readonly { readonly name: string; readonly type: string }[];
  readonly isStateful: boolean;
}

/** Reads a serialised `OpList`. */
export function decodeOpList(bytes: Uint8Array): OpDefinition[] {
  const type = root.lookupType('tensorflow.OpList');
  const message = type.toObject(type.decode(bytes), { defaults: true, arrays: true }) as { op: OpDefinition[] };
  return message.op;
}

/** `RunOptions` that ask for the time of every node: `FULL_TRACE`. */
export function encodeFullTrace(): Uint8Array {
  const type = root.lookupType('tensorflow.RunOptions');
  return type.encode(type.fromObject({ traceLevel: 3 })).finish();
}

/** One node that a device ran, in nanoseconds of the system's clock. */
interface NodeStats {
  readonly nodeName: string;
  /** The op that was run, and on what: `n12_Conv2D = _MklNativeConv2D(n5, n6)`. */
  readonly timelineLabel: string;
  readonly allStartNanos: number;
  /** From `allStartNanos` on. */
  readonly opStartRelNanos: number;
  readonly opEndRelNanos: number;
}

/** What one device ran. */
export interface DeviceStats {
  readonly device: string;
  readonly nodeStats: readonly NodeStats[];
}

/** Reads the step statistics of a serialised `RunMetadata`. */
export function decodeStepStats(bytes: Uint8Array): readonly DeviceStats[] {
  const type = root.lookupType('tensorflow.RunMetadata');
  const options = { defaults: true, arrays: true, longs: Number };
  const { stepStats } = type.toObject(type.decode(bytes), options) as {
    readonly stepStats: { readonly devStats: readonly DeviceStats[] } | null;
  };
  return stepStats?.devStats ?? [];
}
