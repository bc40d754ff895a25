import { bySecondNorms, type Variables } from '@spatial-ensemble/nn';
import type { KnownData, Problem } from '@spatial-ensemble/record';
import type { Encodes, Method, Trainable } from '@spatial-ensemble/training';
import { z } from 'zod';

/**
 * By whose batch norm images are looked at, of runs that have two sets (`adversarial.batchNorm` of their specs). Absent:
 * that of clean images. `adversarial`: that of adversarial images, by which ACL fine-tunes for robustness
 * (VITA-Group/Adversarial-Contrastive-Learning@137f7cd7 readme.md, `--bnNameCnt 1`).
 */
export const normsField = z.literal('adversarial').optional();

/** What a spec says of it. */
interface ByNorms {
  readonly norms?: z.output<typeof normsField>;
}

/**
 * A run's weights by the batch norm that is asked for.
 *
 * @throws Error where there is no second set
 */
export function byTheNorms(variables: Variables, { norms }: ByNorms, anatomy: Trainable['anatomy']): Variables {
  if (norms === undefined) return variables;
  if (anatomy?.second === undefined) throw new Error(NO_SECOND);
  return bySecondNorms(variables, anatomy.second);
}

const NO_SECOND = "is 'adversarial', and the run has one batch norm for all images: leave it out";

/** That there is the batch norm that is asked for. */
export function normsProblems({ norms }: ByNorms, anatomy: Trainable['anatomy']): Problem[] {
  return norms === undefined || anatomy?.second !== undefined ? [] : [{ key: 'norms', says: NO_SECOND }];
}

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
