import { TensorFlowError } from '../binding/status.ts';
import { kernel, type NamedKernel } from './kernel-call.ts';

type Kernel = Parameters<typeof kernel>[1];

/**
 * The kernels, with errors of TensorFlow's words alone: TensorFlow.js' other backends throw the same words for these ops,
 * and programs compare them. The op is named by the frame that calls it.
 */
export function inPlainWords(kernels: readonly NamedKernel[]): NamedKernel[] {
  return kernels.map(({ kernelName, kernelFunc }) =>
    kernel(kernelName, (call) => {
      try {
        return (kernelFunc as Kernel)(call as never);
      } catch (error) {
        const prefix = `${kernelName}: `;
        if (!(error instanceof TensorFlowError) || !error.message.startsWith(prefix)) throw error;
        throw new TensorFlowError(error.message.slice(prefix.length), error.code);
      }
    }),
  );
}
