import type { KnownData, Problem } from '@spatial-ensemble/record';
import type { Encodes, Method } from '@spatial-ensemble/training';

/** A method whose runs are evaluated: what it declares, and what it makes of a spec. */
export type Pretraining<P> = Pick<Method<P>, 'name' | 'schema' | 'stride' | 'bind'>;

/** @throws Error where the method has no encoder */
export function encodesOf<P>(pretraining: Pretraining<P>, { pretraining: spec }: { readonly pretraining: P }): Encodes {
  const { encodes } = pretraining.bind(spec);
  if (encodes === undefined)
    throw new Error(`${pretraining.name} cannot be evaluated: what it makes of a spec has no \`encodes\``);
  return encodes;
}

/**
 * That images of other channels than the encoder learnt from can be looked at: grey ones can by an encoder of colours,
 * which sees three equal channels; colours cannot by one of grey images.
 */
export function channelProblems<P>(
  pretraining: Pretraining<P>,
  { pretraining: spec }: { readonly pretraining: P },
  { channels, title }: KnownData,
): Problem[] {
  const wanted = pretraining.bind(spec).anatomy?.standard.mean.length;
  return wanted === undefined || channels === wanted || channels === 1
    ? []
    : [
        {
          key: 'data.source',
          says: `${title} has ${channels} channels, and the encoder was trained on images of ${wanted}: evaluate it on grey images, or train it on images of colours`,
        },
      ];
}
