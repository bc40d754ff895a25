import type { KernelBackend } from '../backend/backend.ts';
import type { Attribute } from '../binding/attributes.ts';
import { AttributeType } from '../binding/dtypes.ts';
import { encodeConfig } from '../binding/protos.ts';

/** Options of `compile` and `compileStep`. */
export interface CompileOptions {
  /** For messages and profiles, `byol.step`. Default: the function's own name. */
  readonly name?: string;
  /**
   * `bfloat16`: convolutions and matrix products, forward and backward, and the activations between them, on any
   * device; parameters and their gradients, statistics, losses, softmax, reductions and the optimiser in float32.
   * Not with XLA. Default `float32`.
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
  if (precision === 'bfloat16' && options.xla === true)
    throw new Error(
      `${name}: XLA drops casts to bfloat16 and back, so that its numbers are others: take xla or bfloat16, not both`,
    );
  return { name, maxTraces, precision, xla: options.xla === true };
}

/** What a call of a compiled function is told, once, at the function's first call. */
export function callAttributes(backend: KernelBackend, settings: Settings): Attribute[] {
  const attributes: Attribute[] = [
    { name: 'executor_type', type: AttributeType.string, value: '' },
    { name: 'config_proto', type: AttributeType.string, value: encodeConfig(backend.binding.runtime.config) },
  ];
  if (settings.xla) attributes.push({ name: '_XlaMustCompile', type: AttributeType.bool, value: true });
  return attributes;
}
