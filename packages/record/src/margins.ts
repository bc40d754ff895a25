import type { Measure } from './result.ts';

/** What a number is to be read against: the encoder before its first step, the images themselves, and as many of their principal components as there are features. */
export const BASELINES = ['untrained', 'pixels', 'pca'] as const;
export type Baseline = (typeof BASELINES)[number];

/** A measure of which at least one baseline was measured on the same images. */
export interface Margin<M extends Pick<Measure, 'name' | 'whose' | 'split' | 'rule' | 'unit'>> {
  readonly measure: M;
  /** `knn-untrained`, `knn-pixels` beside `knn`: measures of neither student nor teacher. */
  readonly baselines: { readonly [kind in Baseline]?: M };
}

/** Whether a measure is a baseline of others: `knn-untrained`, `linear-top1-pixels`. */
export function isBaseline({ name, whose }: Pick<Measure, 'name' | 'whose'>): boolean {
  return whose === 'none' && BASELINES.some((kind) => name.endsWith(`-${kind}`));
}

/** Pairs measures with their baselines: the measure of the same name, images and rule with `-untrained` or `-pixels` behind. */
export function marginsOf<M extends Pick<Measure, 'name' | 'whose' | 'split' | 'rule' | 'unit'>>(
  measures: readonly M[],
): Margin<M>[] {
  return measures.flatMap((measure) => {
    if (isBaseline(measure)) return [];
    const found = BASELINES.flatMap((kind) => {
      const baseline = measures.find(
        (one) =>
          one.name === `${measure.name}-${kind}` &&
          one.whose === 'none' &&
          one.split === measure.split &&
          one.rule === measure.rule &&
          one.unit === measure.unit,
      );
      return baseline === undefined ? [] : [[kind, baseline] as const];
    });
    return found.length === 0 ? [] : [{ measure, baselines: Object.fromEntries(found) }];
  });
}
