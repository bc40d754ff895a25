import koffi from 'koffi';

/** A GPU as NVIDIA's driver tells of it. */
export interface NvidiaGpu {
  /** Its number among those that are visible, from 0; `CUDA_VISIBLE_DEVICES` decides which are. */
  readonly number: number;
  /** `NVIDIA H100 80GB HBM3`. */
  readonly name: string;
  /** `9.0`. */
  readonly computeCapability: string;
  /** All of its memory. */
  readonly memoryBytes: number;
}

/** CUdevice_attribute, in cuda.h. */
const COMPUTE_CAPABILITY_MAJOR = 75;
const COMPUTE_CAPABILITY_MINOR = 76;
const NAME_BYTES = 256;

/**
 * The visible GPUs, in the order in which TensorFlow numbers them: both ask the driver, which reads
 * `CUDA_VISIBLE_DEVICES` and `CUDA_DEVICE_ORDER`. TensorFlow's C API tells no model and no compute capability.
 *
 * @returns none where there is no driver, or it finds none.
 */
export function nvidiaGpus(): NvidiaGpu[] {
  let driver: ReturnType<typeof koffi.load>;
  try {
    driver = koffi.load('libcuda.so.1');
  } catch {
    return [];
  }
  const call = (name: string, types: string): ((...args: unknown[]) => number) =>
    driver.func(`int ${name}(${types})`) as (...args: unknown[]) => number;
  const number = (of: (out: Int32Array) => number): number | undefined => {
    const out = new Int32Array(1);
    return of(out) === 0 ? out[0] : undefined;
  };
  if (call('cuInit', 'unsigned int flags')(0) !== 0) return [];
  const deviceGet = call('cuDeviceGet', 'int *device, int ordinal');
  const getName = call('cuDeviceGetName', 'uint8_t *name, int length, int device');
  const getAttribute = call('cuDeviceGetAttribute', 'int *value, int attribute, int device');
  const totalMemory = call('cuDeviceTotalMem_v2', 'uint64_t *bytes, int device');
  const count = number((out) => call('cuDeviceGetCount', 'int *count')(out)) ?? 0;
  return Array.from({ length: count }, (_, ordinal) => {
    const device = number((out) => deviceGet(out, ordinal)) ?? ordinal;
    const name = new Uint8Array(NAME_BYTES);
    getName(name, NAME_BYTES, device);
    const bytes = new BigUint64Array(1);
    totalMemory(bytes, device);
    const [major, minor] = [COMPUTE_CAPABILITY_MAJOR, COMPUTE_CAPABILITY_MINOR].map((attribute) =>
      number((out) => getAttribute(out, attribute, device)),
    );
    return {
      number: ordinal,
      name: new TextDecoder().decode(name.subarray(0, name.indexOf(0))),
      computeCapability: `${major}.${minor}`,
      memoryBytes: Number(bytes[0]),
    };
  });
}

/**
 * The GPU of a number among those that the driver tells of.
 *
 * @returns undefined where the driver tells of none: TensorFlow then says what is missing.
 * @throws Error where there are others and not this one.
 */
export function chosenGpu(gpus: readonly NvidiaGpu[], number: number): NvidiaGpu | undefined {
  const chosen = gpus.find((gpu) => gpu.number === number);
  if (chosen !== undefined || gpus.length === 0) return chosen;
  const visible = process.env['CUDA_VISIBLE_DEVICES'];
  const all = gpus.map((gpu) => `${gpu.number} (${gpu.name})`).join(', ');
  throw new Error(
    `there is no GPU ${number}: TensorFlow sees ${all}${visible === undefined ? '' : `, of which CUDA_VISIBLE_DEVICES=${visible} decides`}. They are numbered from 0 among those that are visible`,
  );
}

/**
 * The share of a GPU's memory that a limit stands for, as TensorFlow takes it.
 *
 * @param limit bytes
 * @throws Error where the limit is more than the GPU has, or nothing tells how much that is
 */
export function memoryShare(limit: number, gpu: NvidiaGpu | undefined): number {
  if (gpu === undefined)
    throw new Error('a limit of GPU memory is asked for, and no NVIDIA driver tells how much there is: leave it out');
  if (limit > gpu.memoryBytes)
    throw new Error(`the limit of GPU memory is ${limit} bytes, and ${gpu.name} has ${gpu.memoryBytes}: take less`);
  return limit / gpu.memoryBytes;
}
