export { requireBackend, useTensorFlow, type TensorFlowInfo, type TensorFlowOptions } from './backend/use-tensorflow.ts';
export { compile, compileStep, type Compiled, type CompileOptions } from './compile/compiled.ts';
export { valueAndGrad, type LossAndAux } from './compile/value-and-grad.ts';
export { batchNormInference, batchNormTrain, type BatchNormResult } from './kernels/batch-norm.ts';
export { softmaxCrossEntropy } from './kernels/cross-entropy.ts';
export * as keyed from './random/keyed.ts';
export { TracedKey } from './random/traced-key.ts';
export type { AnyKey } from './random/keyed.ts';
export { hostScalar, isHostTensor, type HostArray, type HostTensor, type Leaf, type Tree } from './tree.ts';
