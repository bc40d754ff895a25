import koffi from 'koffi';
import { xlaFlagsOf } from './xla-flags.ts';
import { withXlaFlags } from './xla-options.ts';

/**
 * The environment variables that change the bits of what TensorFlow 2.21 computes, each with the file that reads it:
 * of TensorFlow (`tensorflow/`), of XLA with its stream executor (`xla/`), of oneDNN (`onednn/`), or NVIDIA's manual.
 *
 * Not among them: `TF_NUM_INTRAOP_THREADS`, `TF_NUM_INTEROP_THREADS` and `OMP_NUM_THREADS`, which TensorFlow asks only
 * where the session states no number of threads, and the engine always states one.
 */
const BIT_VARIABLES: Readonly<Record<string, string>> = {
  // Which kernels a processor runs.
  TF_ENABLE_ONEDNN_OPTS: 'tensorflow/core/util/port.cc',
  TF_ENABLE_ZENDNN_OPTS: 'tensorflow/core/util/port.cc',
  TF_USE_DEEP_CONV2D: 'tensorflow/core/kernels/deep_conv2d.cc',
  TF_USE_EIGEN_PARALLEL_FOR_IN_WORK_SHARDER: 'tensorflow/core/util/work_sharder.cc',
  TF_ONEDNN_ASSUME_FROZEN_WEIGHTS: 'tensorflow/core/util/onednn_env_vars.cc',
  TF_ONEDNN_THREADPOOL_USE_CALLER_THREAD: 'tensorflow/core/util/onednn_env_vars.cc',
  TF_ENABLE_ONEDNN_SPMM: 'tensorflow/core/util/onednn_env_vars.cc',
  TF_SET_ONEDNN_FPMATH_MODE: 'tensorflow/core/util/onednn_env_vars.cc',
  ONEDNN_MAX_CPU_ISA: 'onednn/src/cpu/x64/cpu_isa_traits.cpp',
  DNNL_MAX_CPU_ISA: 'onednn/src/cpu/x64/cpu_isa_traits.cpp',
  ONEDNN_CPU_ISA_HINTS: 'onednn/src/cpu/x64/cpu_isa_traits.cpp',
  DNNL_CPU_ISA_HINTS: 'onednn/src/cpu/x64/cpu_isa_traits.cpp',
  ONEDNN_DEFAULT_FPMATH_MODE: 'onednn/src/common/fpmath_mode.cpp',
  DNNL_DEFAULT_FPMATH_MODE: 'onednn/src/common/fpmath_mode.cpp',
  // Which kernels a GPU runs.
  TF_DETERMINISTIC_OPS: 'tensorflow/core/util/determinism.cc',
  TF_CUDNN_DETERMINISTIC: 'xla/stream_executor/cuda/cuda_dnn.cc',
  TF_CUDNN_USE_AUTOTUNE: 'tensorflow/core/util/use_cudnn.cc',
  TF_CUDNN_USE_FRONTEND: 'tensorflow/core/util/use_cudnn.cc',
  TF_CUDNN_USE_RUNTIME_FUSION: 'tensorflow/core/util/use_cudnn.cc',
  TF_CUDNN_DISABLE_CONV_1X1_OPTIMIZATION: 'tensorflow/core/util/use_cudnn.cc',
  TF_CUDNN_WORKSPACE_LIMIT_IN_MB: 'tensorflow/core/kernels/gpu_utils.cc',
  TF_USE_CUDNN_BATCHNORM_SPATIAL_PERSISTENT: 'xla/stream_executor/cuda/cuda_dnn.cc',
  TF_ENABLE_WINOGRAD_NONFUSED: 'xla/stream_executor/cuda/cuda_dnn.cc',
  TF_AUTOTUNE_THRESHOLD: 'tensorflow/core/kernels/gpu_utils.h',
  TF_MATMUL_AUTOTUNE_ENABLE: 'tensorflow/core/kernels/matmul_util.cc',
  TF_USE_CUBLASLT: 'tensorflow/core/util/use_cudnn.cc',
  TF_FP16_MATMUL_USE_FP32_COMPUTE: 'tensorflow/core/util/use_cudnn.cc',
  TF_CONV2D_USE_FP16_ACCUMULATE: 'tensorflow/core/util/use_cudnn.cc',
  TF_ENABLE_MAXPOOL_NANPROP: 'tensorflow/core/kernels/maxpooling_op.cc',
  TF_DISABLE_JIT_KERNELS: 'tensorflow/core/kernels/mlir_generated/base_op.h',
  NVIDIA_TF32_OVERRIDE: 'https://docs.nvidia.com/cuda/cublas',
  CUBLAS_WORKSPACE_CONFIG: 'https://docs.nvidia.com/cuda/cublas',
  // What XLA makes of a graph, and of which graphs.
  TF_XLA_FLAGS: 'tensorflow/compiler/jit/flags.cc',
  XLA_FLAGS: 'xla/parse_flags_from_env.cc',
};

/** Variables by name, as the native library sees them. */
export type BitEnvironment = Readonly<Record<string, string>>;

interface NativeEnvironment {
  get(name: string): string | undefined;
  /** `undefined`: it is unset. */
  set(name: string, value: string | undefined): void;
}

/** libc's own: in a worker thread `process.env` is a copy, which TensorFlow does not see. */
function nativeEnvironment(): NativeEnvironment {
  const libc = koffi.load(null);
  const getenv = libc.func('const char *getenv(const char *name)') as (name: string) => string | null;
  const setenv = libc.func('int setenv(const char *name, const char *value, int overwrite)');
  const unsetenv = libc.func('int unsetenv(const char *name)');
  return {
    get: (name) => getenv(name) || undefined,
    set: (name, value) => void (value === undefined ? unsetenv(name) : setenv(name, value, 1)),
  };
}

/** As TensorFlow's `ReadBoolFromEnvVar` reads it; `undefined` for what it does not understand. */
function truth(value: string): boolean | undefined {
  const lower = value.toLowerCase();
  return lower === '1' || lower === 'true' ? true : lower === '0' || lower === 'false' ? false : undefined;
}

/**
 * What the engine switches on: deterministic kernels where they are asked for, which makes XLA's deterministic too and
 * keeps it from autotuning, whose choices are measured (`tensorflow/compiler/jit/device_compiler_client.cc`,
 * `xla_gpu_deterministic_ops`); and oneDNN on x64, which TensorFlow leaves off on processors without AVX-512 VNNI
 * (`DefaultOneDnnPolicy` in `tensorflow/core/util/port.cc`), so that all run the same kernels. On ARM TensorFlow's own
 * rule stays (on for Neoverse V1); its builds for macOS have no oneDNN.
 */
function switches(deterministic: boolean, os: string, arch: string): readonly string[] {
  return [
    ...(os === 'linux' && arch === 'x64' ? ['TF_ENABLE_ONEDNN_OPTS'] : []),
    ...(deterministic ? ['TF_DETERMINISTIC_OPS'] : []),
  ];
}

/** The environment of the native library, prepared before it is loaded. */
export interface PreparedEnvironment {
  /** The variables in it that change bits and that the user set to something else than the engine does. */
  readonly recorded: BitEnvironment;
  /** Sets it back to what it was: TensorFlow was not started after all. */
  restore(): void;
}

/**
 * Prepares the environment of the native library, before it is loaded.
 *
 * @param deterministic whether deterministic kernels are asked for.
 * @param xla flags that options of XLA stand for
 * @throws Error where a variable contradicts what is asked for, or cannot be read; nothing is set then.
 */
export function prepareEnvironment(
  deterministic: boolean,
  native: NativeEnvironment = nativeEnvironment(),
  [os, arch]: readonly [os: string, arch: string] = [process.platform, process.arch],
  xla: readonly string[] = [],
): PreparedEnvironment {
  const on = switches(deterministic, os, arch);
  const own = new Map<string, string>();
  for (const name of on) {
    const value = native.get(name);
    if (value === undefined) own.set(name, '1');
    else if (truth(value) === undefined)
      throw new Error(`the environment variable ${name} is 0 or 1, got ${value}: unset it, or correct it`);
  }
  if (xla.length > 0) own.set('XLA_FLAGS', withXlaFlags(native.get('XLA_FLAGS'), xla));
  const valueOf = (name: string): string | undefined => own.get(name) ?? native.get(name);
  if (deterministic && truth(valueOf('TF_DETERMINISTIC_OPS')!) === false)
    throw new Error(
      'the environment variable TF_DETERMINISTIC_OPS is 0, and deterministic kernels are asked for: unset it, or ask for others (deterministic: false, on the command line --no-deterministic)',
    );
  const recorded = Object.fromEntries(
    Object.keys(BIT_VARIABLES).flatMap((name) => {
      const value = valueOf(name);
      if (value === undefined || (on.includes(name) && truth(value) === true)) return [];
      const decides = name === 'XLA_FLAGS' ? xlaFlagsOf(value) : value;
      return decides === '' ? [] : [[name, decides]];
    }),
  );
  const before = [...own.keys()].map((name) => [name, native.get(name)] as const);
  for (const [name, value] of own) native.set(name, value);
  return {
    recorded,
    restore() {
      for (const [name, value] of before) native.set(name, value);
    },
  };
}

const ENABLED = '_ZN10tensorflow12IsMKLEnabledEv'; // tensorflow::IsMKLEnabled()

/**
 * Whether oneDNN's kernels run: the answer that TensorFlow's own kernels and graph passes get
 * (`tensorflow/core/util/util.h`), and not what a variable asks for. A library without the function has no oneDNN.
 */
export function oneDnnIsOn(framework: ReturnType<typeof koffi.load>): boolean {
  let ask: () => boolean;
  try {
    ask = framework.func(ENABLED, 'bool', []) as () => boolean;
  } catch {
    return false;
  }
  return ask();
}
