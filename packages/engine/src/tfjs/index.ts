/**
 * A drop-in for `@tensorflow/tfjs-node`: all of `@tensorflow/tfjs`, `tf.node`, `tf.io.fileSystem` and `file://` on
 * TensorFlow 2.21. TensorFlow is started on the processor while this is loaded, and fetched before if it has to be;
 * whoever wants options awaits `useTensorFlow` first, and imports this then.
 */
import './start-cpu.ts';

export * from './namespace.ts';
export { default } from './namespace.ts';
