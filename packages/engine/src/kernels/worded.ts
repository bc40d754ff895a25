import { TensorFlowError } from '../binding/status.ts';
import { kernel, type NamedKernel } from './kernel-call.ts';

type Kernel = Parameters<typeof kernel>[1];

/** What TensorFlow says, and what TensorFlow.js' other backends say in its place. */
export type Wording = readonly (readonly [theirs: RegExp, said: (...parts: string[]) => string])[];

function reworded({ kernelName, kernelFunc }: NamedKernel, change: (message: string) => string): NamedKernel {
  return kernel(kernelName, (call) => {
    try {
      return (kernelFunc as Kernel)(call as never);
    } catch (error) {
      if (!(error instanceof TensorFlowError)) throw error;
      throw new TensorFlowError(change(error.message), error.code);
    }
  });
}

const say = (message: string, wording: Wording): string =>
  wording.reduce((text, [theirs, said]) => text.replace(theirs, said), message);

/** The kernels, with errors in the words of TensorFlow.js' other backends, which programs compare. */
export function inOtherWords(kernels: readonly NamedKernel[], wording: Wording): NamedKernel[] {
  return kernels.map((named) => reworded(named, (message) => say(message, wording)));
}

/**
 * As `inOtherWords`, without the name of the op, which the frame that calls it has: TensorFlow.js' other backends throw
 * TensorFlow's words alone for these ops.
 */
export function inPlainWords(kernels: readonly NamedKernel[], wording: Wording = []): NamedKernel[] {
  return kernels.map((named) =>
    reworded(named, (message) => say(message.replace(new RegExp(`^${named.kernelName}: `), ''), wording)),
  );
}
