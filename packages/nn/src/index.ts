export { relativeDistance } from './distance.ts';
export { constant, glorotNormal, heNormalFanOut, type Initialiser } from './initialisers.ts';
export { batchNorm, type BatchNormOptions } from './layers/batch-norm.ts';
export { convolution, type ConvolutionOptions, type ConvolutionPadding } from './layers/convolution.ts';
export { dense, type DenseOptions } from './layers/dense.ts';
export {
  declare,
  network,
  sequence,
  variableName,
  type Declaration,
  type Mode,
  type Module,
  type Network,
  type Outputs,
  type Pass,
} from './network.ts';
export { kernelsOnly, sgd, type Optimiser, type SgdOptions, type Update } from './optimiser.ts';
export { constantRate, halfCosine, sevenSixteenthsCosine, warmedUpCosine, type Schedule } from './schedules.ts';
export { stopGradient } from './stop-gradient.ts';
export { torchVariable, type TorchVariable } from './torch.ts';
export {
  countValues,
  isBuffer,
  type Layout,
  type Metas,
  type Tensors,
  type VariableKind,
  type VariableMeta,
  type Variables,
} from './variables.ts';
export { FIXMATCH_WRN_28_2, wideResNet, type Classified, type WideResNetOptions } from './wide-resnet.ts';
