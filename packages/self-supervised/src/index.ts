export {
  adversarialField,
  byNorms,
  meanLoss,
  streamsOf,
  unseenBy,
  type ByNorms,
  type LearnsAdversarially,
} from './adversarial.ts';
export { evaluated, probeOf, type Evaluated, type Learnt } from './evaluated.ts';
export {
  JITTER_FIELDS,
  PIXEL_FIELDS,
  probeField,
  RUN_FIELDS,
  SGD_FIELDS,
  VIEW_FIELDS,
  type RunLength,
} from './fields.ts';
export { PROJECTION_METRICS } from './metrics.ts';
export { projected, type Head, type Projected } from './networks.ts';
export { numbersOf, rateOf, type StepNumber } from './numbers.ts';
export { problems, tiny, tinyHead } from './recipe.ts';
export { BATCH_NORM_FIELDS, RES_NET_FIELDS, resNetEncoder, tinyResNet } from './res-net.ts';
export { selfSupervised } from './self-supervised.ts';
export { contradictions, type SelfSupervisedSpec } from './spec.ts';
export { evaluationView, viewOf, type Operation, type Style, type TwoViews, type ViewSpec } from './views.ts';
