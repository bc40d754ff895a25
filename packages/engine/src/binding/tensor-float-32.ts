import type koffi from 'koffi';
import type { BitEnvironment } from './environment.ts';

// tsl::enable_tensor_float_32_execution(bool), tsl::tensor_float_32_execution_enabled()
// (xla/tsl/platform/tensor_float_32_utils.h).
const ENABLE = '_ZN3tsl32enable_tensor_float_32_executionEb';
const ENABLED = '_ZN3tsl33tensor_float_32_execution_enabledEv';

/**
 * Switches TF32 on or off for the process: on NVIDIA GPUs from Ampere on, the inputs of float32 convolutions and matrix
 * products are then rounded to 10 bits behind the point. TensorFlow has it on unless told otherwise.
 *
 * @returns whether it is on, as the library says.
 * @throws Error where the library has no such switch.
 */
export function setTensorFloat32(framework: ReturnType<typeof koffi.load>, on: boolean): boolean {
  framework.func(ENABLE, 'void', ['bool'])(on);
  return framework.func(ENABLED, 'bool', [])() as boolean;
}

/**
 * Refuses a variable that overrides the switch in NVIDIA's own libraries: 0 forbids TF32 whatever a program asks for, 1
 * uses it whatever a program asks for.
 */
export function refuseTensorFloat32Override(environment: BitEnvironment, on: boolean): void {
  const value = environment['NVIDIA_TF32_OVERRIDE'];
  if (value === undefined || (value === '0') === !on) return;
  throw new Error(
    `the environment variable NVIDIA_TF32_OVERRIDE is ${value}, and ${on ? 'tf32' : 'float32 in full'} is asked for: unset it, or ask for ${on ? 'float32' : 'tf32'} (tensorFloat32: ${!on}, on the command line --precision ${on ? 'float32' : 'tf32'})`,
  );
}
