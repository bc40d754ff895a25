export { adamW, type AdamWOptions } from './adamw.ts';
export type { Anatomy } from './anatomy.ts';
export { classifier, type Classified } from './classifier.ts';
export { relativeDistance } from './distance.ts';
export { constant, glorotNormal, heNormalFanOut, uniformFanIn, type Initialiser } from './initialisers.ts';
export { batchNorm, type BatchNormOptions } from './layers/batch-norm.ts';
export { convolution, type ConvolutionOptions, type ConvolutionPadding } from './layers/convolution.ts';
export { dense, type DenseOptions } from './layers/dense.ts';
export { mlp, type MlpOptions } from './layers/mlp.ts';
export { microBatchCount, overMicroBatches, type MicroBatchOptions, type PartialResult } from './micro-batches.ts';
export {
  declare,
  metasOf,
  network,
  sequence,
  read,
  type Declaration,
  type Encoder,
  type Mode,
  type Module,
  type Network,
  type Outputs,
  type Pass,
} from './network.ts';
export { lars, normAndBias, type LarsOptions } from './lars.ts';
export { everything, kernelsOnly, type Optimiser, type Slots, type Update } from './optimiser.ts';
export { partOf } from './part-of.ts';
export { perturbed, startDraws, type Perturbation } from './perturb.ts';
export { IMAGENET_STANDARD, shares, standardised, standardisedShares, type Standard } from './pixels.ts';
export {
  asResNet,
  featuresOf,
  RESNET_18_CIFAR,
  RESNET_50,
  resNet,
  resNetTrunk,
  strideOf,
  TORCH_BATCH_NORM,
  type ResNetOptions,
} from './resnet.ts';
export {
  byEpoch,
  constantRate,
  halfCosine,
  sevenSixteenthsCosine,
  stepwise,
  warmedUpCosine,
  warmedUpFrom,
  type Schedule,
} from './schedules.ts';
export { bySecondNorms, secondNorms, type SecondNames, type TwoNorms } from './second-norms.ts';
export { sgd, type SgdOptions } from './sgd.ts';
export { stopGradient } from './stop-gradient.ts';
export { spread, unitLength } from './unit-length.ts';
export { torchVariable, type TorchVariable } from './torch.ts';
export {
  countValues,
  perOutput,
  type Metas,
  type Tensors,
  type TorchMeta,
  type VariableMeta,
  type Variables,
} from './variables.ts';
export { asWideResNet, FIXMATCH_WRN_28_2, wideResNet, wideResNetTrunk, type WideResNetOptions } from './wide-resnet.ts';
