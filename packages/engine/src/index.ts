export { requireBackend } from './backend/live-backend.ts';
export { useTensorFlow } from './backend/use-tensorflow.ts';
export type { Cluster } from './binding/cluster.ts';
export type { TensorFlowInfo, TensorFlowOptions, Worker } from './binding/start.ts';
export type { XlaOptions } from './binding/xla-options.ts';
export { leaveCluster, thisWorker } from './collective/collective-op.ts';
export { allMoments, type Moments } from './collective/all-moments.ts';
export { allGather, allReduceMean, allReduceSum, broadcast } from './collective/collectives.ts';
export { ownRows } from './collective/own-rows.ts';
export { fusedMean } from './collective/fused-mean.ts';
export { byFirst, gatherNumbers, gatherOnHost } from './collective/tell.ts';
export { after } from './compile/after.ts';
export { addFloat64, holdFloat64, readFloat64 } from './compile/float64-sums.ts';
export { chromeTrace } from './compile/chrome-trace.ts';
export { compile, compileStep, type Compiled } from './compile/compiled.ts';
export type { CompileOptions } from './compile/options.ts';
export { flatten as flattenTree, unflatten as unflattenTree, type Flat, type Structure } from './compile/pytree.ts';
export type { Counts } from './compile/count.ts';
export { busyMs, describeProfile, opTimes, type OpTime } from './compile/op-times.ts';
export type { Profile, ProfiledOp } from './compile/profile.ts';
export { valueAndGrad, type LossAndAux } from './compile/value-and-grad.ts';
export { batchNormInference, batchNormTrain, type BatchNormResult } from './kernels/batch-norm.ts';
export { biasAdd } from './kernels/bias.ts';
export { conv2d, maxPool, type ExplicitPadding, type Padding } from './kernels/convolve.ts';
export { softmaxCrossEntropy } from './kernels/cross-entropy.ts';
export { symmetricEigen, type SymmetricEigen } from './kernels/eigen.ts';
export { compileModel, type CompileModelOptions } from './model/compile-model.ts';
export { NUMERICS } from './numerics.ts';
export * as keyed from './random/keyed.ts';
export { TracedKey } from './random/traced-key.ts';
export type { AnyKey } from './random/keyed.ts';
export { openSummaries, type Summaries } from './summaries/summaries.ts';
export { hostScalar, isHostTensor, type Given, type HostArray, type HostTensor, type Leaf, type Tree } from './tree.ts';
export {
  describeInspection,
  findings,
  inspect,
  thisProcessor,
  type Finding,
  type Inspection,
  type InspectOptions,
  type Processor,
} from './doctor/index.ts';
export {
  findLibrary,
  LibraryError,
  type FindOptions,
  type Library,
  type LibraryProblem,
  type Progress,
} from './library/index.ts';
export { isGone, thisOwner } from './library/owner.ts';
export { PINNED_BUILDS } from './library/pinned-wheels.ts';
export { formatBytes } from './library/wheel.ts';
