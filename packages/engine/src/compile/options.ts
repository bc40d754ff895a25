import type { KernelBackend } from '../backend/backend.ts';
import type { Attribute } from '../binding/attributes.ts';
import { AttributeType } from '../binding/dtypes.ts';
import { encodeConfig, TOGGLE_ON } from '../binding/protos.ts';

/** Options of `compile` and `compileStep`. */
export interface CompileOptions {
  /** For messages and profiles, `byol.step`. Default: the function's own name. */
  readonly name?: string;
  /**
   * `bfloat16`: activations in bf16, parameters, statistics, losses and the optimiser in float32, by TensorFlow's own
   * graph pass. Default `float32`.
   */
  readonly precision?: 'float32' | 'bfloat16';
  /** Compile with XLA. Default false. */
  readonly xla?: boolean;
  /** How many signatures may be traced before it is an error. Default 16. */
  readonly maxTraces?: number;
}

/** Options, checked and completed. */
export interface Settings {
  readonly name: string;
  readonly precision: 'float32' | 'bfloat16';
  readonly xla: boolean;
  readonly maxTraces: number;
}

/** @throws Error for an option that is unknown or out of range. */
export function settle(fn: { readonly name: string }, options: CompileOptions): Settings {
  const unknown = Object.keys(options).filter((option) => !['name', 'precision', 'xla', 'maxTraces'].includes(option));
  if (unknown.length > 0)
    throw new Error(
      `unknown option ${unknown.join(', ')}: a function is compiled with name, precision, xla or maxTraces`,
    );
  const name = options.name ?? (fn.name === '' ? 'anonymous' : fn.name);
  if (!/^[\w.][\w.\-/]*$/.test(name))
    throw new Error(`a compiled function's name holds letters, digits and . _ - / only, got ${JSON.stringify(name)}`);
  const maxTraces = options.maxTraces ?? 16;
  if (!Number.isInteger(maxTraces) || maxTraces < 1)
    throw new Error(`maxTraces must be a whole number from 1 up, got ${maxTraces}`);
  const precision = options.precision ?? 'float32';
  if (precision !== 'float32' && precision !== 'bfloat16')
    throw new Error(`precision is float32 or bfloat16, got ${String(precision)}`);
  return { name, maxTraces, precision, xla: options.xla === true };
}

/** What a call of a compiled function is told: Grappler obeys the configuration, once, at the function's first call. */
export function callAttributes(backend: KernelBackend, settings: Settings): Attribute[] {
  const { runtime } = backend.binding;
  const rewriteOptions = backend.binding.isUsingGpuDevice()
    ? { autoMixedPrecision: TOGGLE_ON }
    : { autoMixedPrecisionOnednnBfloat16: TOGGLE_ON };
  const config =
    settings.precision === 'float32' ? runtime.config : { ...runtime.config, graphOptions: { rewriteOptions } };
  const attributes: Attribute[] = [
    { name: 'executor_type', type: AttributeType.string, value: '' },
    { name: 'config_proto', type: AttributeType.string, value: encodeConfig(config) },
  ];
  if (settings.xla) attributes.push({ name: '_XlaMustCompile', type: AttributeType.bool, value: true });
  return attributes;
}
