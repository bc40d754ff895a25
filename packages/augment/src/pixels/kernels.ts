import { MODULE } from './kernels.generated.ts';

/** The inner loops in WebAssembly, see `kernels/bytes.ts`: numbers are addresses and counts. */
export type Kernels = {
  readonly [
    name in
      | 'resampleRows'
      | 'resampleGreyRows'
      | 'resampleColumns'
      | 'boxRows'
      | 'boxColumns'
      | 'grayscale'
      | 'saturate'
      | 'lookUp'
      | 'turnHue'
      | 'floatRows'
      | 'floatColumns'
      | 'toFloats'
      | 'fromFloats'
      | 'floatBrightness'
      | 'floatContrast'
      | 'floatSaturation'
      | 'floatHue'
      | 'floatGrayscale'
      | 'floatSolarize'
      | 'floatBlurRows'
      | 'floatBlurColumns'
  ]: (...args: readonly number[]) => void;
} & { readonly [name in 'lumaSum' | 'floatSum']: (...args: readonly number[]) => number };

/** The part of JavaScript's `WebAssembly` that is used; Node's types leave it out. */
declare const WebAssembly: {
  readonly Memory: new (size: { readonly initial: number }) => KernelMemory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
};

/** The kernels' memory, which grows by pages; its buffer is another one after that. */
export interface KernelMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

let module: object | undefined;

/** The kernels with a memory of their own. */
export function createKernels(): { readonly kernels: Kernels; readonly memory: KernelMemory } {
  module ??= new WebAssembly.Module(Buffer.from(MODULE, 'base64'));
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return { kernels: exports as Kernels, memory };
}
