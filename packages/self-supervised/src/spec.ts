import {
  encoderContradictions,
  type EncoderFamily,
  type Fields,
  type Refusal,
  type WithEncoder,
} from '@spatial-ensemble/training';
import type { Pixels, RunLength } from './fields.ts';

/** Whatever a method's spec has besides, it has these: what the rest of this package asks of one. */
export interface SelfSupervisedSpec extends RunLength {
  readonly network: Pixels;
  readonly views: { readonly size: number; readonly evaluationResize: number | null };
  readonly probe: { readonly learningRate: number; readonly momentum: number; readonly classes: number };
}

/** What is wrong with a spec by itself, whatever the method: fields that contradict each other or their encoder. */
export function contradictions<F extends Fields>(
  { network, views }: Pick<WithEncoder<SelfSupervisedSpec, F>, 'network' | 'views'>,
  family: EncoderFamily<F>,
): Refusal[] {
  const stride = family.stride(network);
  const { channels } = network;
  const { size, evaluationResize } = views;
  const pixels = (['mean', 'deviation'] as const)
    .filter((name) => network[name].length !== channels)
    .map((name) => ({
      path: ['network', name],
      message: `has ${network[name].length} numbers for ${channels} channels`,
    }));
  const tooSmall = {
    path: ['views', 'size'],
    message: `must be ${stride} or more, got ${size}: the network makes one place of ${stride} x ${stride} pixels`,
  };
  const noMiddle = {
    path: ['views', 'evaluationResize'],
    message: `must be views.size, ${size}, or more, got ${evaluationResize}: the middle of that size is cropped from it`,
  };
  return [
    ...encoderContradictions(family, network),
    ...pixels,
    ...(size < stride ? [tooSmall] : []),
    ...(evaluationResize !== null && evaluationResize < size ? [noMiddle] : []),
  ];
}
