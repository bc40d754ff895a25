/** As `index.ts`, on a GPU: a drop-in for `@tensorflow/tfjs-node-gpu`. */
import './start-gpu.ts';

export * from './namespace.ts';
export { default } from './namespace.ts';
