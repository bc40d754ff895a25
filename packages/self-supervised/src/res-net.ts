import { resNetTrunk, type Encoder, type ResNetOptions } from '@spatial-ensemble/nn';
import { z } from 'zod';

const count = z.int().positive();

/** What a spec says of a ResNet; `ResNetOptions` of `@spatial-ensemble/nn` explains it. */
export const RES_NET_FIELDS = {
  block: z.enum(['basic', 'bottleneck']),
  units: z.array(count).min(1),
  width: count,
  stem: z.enum(['imagenet', 'cifar', 'cifar-padding-2', 'cifar-stride-2']),
  zeroInitResidual: z.boolean(),
};

/** What a spec says of batch norm. */
export const BATCH_NORM_FIELDS = {
  /** Added to the variance before its root; PyTorch's 1e-5 (pytorch/vision@054e54c5 torchvision/models/resnet.py). */
  epsilon: z.number().positive(),
  /** Share of the old value in the running statistics, which evaluations use; 1 − PyTorch's momentum (the same file). */
  decay: z.number().min(0).max(1),
  /** The variance that enters the running one: `unbiased` as in PyTorch, `biased` as in Haiku (google-deepmind/dm-haiku@f4d858a5). */
  runningVariance: z.enum(['unbiased', 'biased']),
};

/** A ResNet as an encoder, whose modules begin with `encoder`. */
export function resNetEncoder(spec: ResNetOptions): Encoder {
  return resNetTrunk('encoder', spec);
}

/** The same ResNet for a run of seconds: two blocks of a few channels. */
export function tinyResNet<Spec extends Omit<ResNetOptions, 'channels'>>(spec: Spec): Spec {
  return { ...spec, block: 'basic', units: [1, 1], width: 4, stem: 'cifar-stride-2' };
}
