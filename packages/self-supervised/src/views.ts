import type { AugmentSpec, AugmentStep } from '@spatial-ensemble/augment';
import type { Batch, PartlyKnown } from '@spatial-ensemble/training';

/** Two views of each image; the labels are for the probe alone. */
export type TwoViews = Batch<'unlabelled', 'one' | 'two' | 'labels'> & PartlyKnown<'unlabelled'>;

/** Whose arithmetic: DeepMind's in floats, torchvision's on Pillow images. */
export type Style = 'deepmind' | 'torchvision';

/** How one view of an image is drawn: a chance of 0 leaves an operation out. */
export interface ViewSpec {
  readonly style: Style;
  readonly size: number;
  readonly scale: readonly [number, number];
  readonly interpolation: 'bilinear' | 'bicubic';
  readonly flip: number;
  readonly jitter: {
    readonly p: number;
    readonly brightness: number;
    readonly contrast: number;
    readonly saturation: number;
    readonly hue: number;
  };
  readonly grayscale: number;
  readonly blur: number;
  readonly solarize: number;
}

/** What a view is made of, for a recipe to put in its order. */
export type Operation = 'crop' | 'flip' | 'jitter' | 'grayscale' | 'blur' | 'solarize';

/** The operations of a view in a recipe's order, those that never happen left out. */
export function viewOf(spec: ViewSpec, order: readonly Operation[]): AugmentSpec {
  const { style, size, scale, interpolation } = spec;
  const operations: { readonly [name in Operation]: readonly [chance: number, step: AugmentStep] } = {
    crop: [1, { op: 'random-resized-crop', size, scale: [...scale], ratio: [3 / 4, 4 / 3], interpolation, style }],
    flip: [spec.flip, { op: 'flip', p: spec.flip }],
    jitter: [spec.jitter.p, { op: 'color-jitter', ...spec.jitter, style }],
    grayscale: [spec.grayscale, { op: 'grayscale', p: spec.grayscale, style }],
    blur: [spec.blur, { op: 'gaussian-blur', p: spec.blur, sigma: [0.1, 2], style }],
    solarize: [spec.solarize, { op: 'solarize', p: spec.solarize, threshold: style === 'deepmind' ? 127.5 : 128 }],
  };
  return order.map((name) => operations[name]).flatMap(([chance, step]) => (chance > 0 ? [step] : []));
}

/** How images are prepared for an evaluation: the shorter side resized, and the middle cropped. */
export function evaluationView({
  style,
  size,
  evaluationResize,
  interpolation,
}: Pick<ViewSpec, 'style' | 'size' | 'interpolation'> & { readonly evaluationResize: number | null }): AugmentSpec {
  if (evaluationResize === null) return [];
  if (style === 'deepmind') return [{ op: 'resized-center-crop', size, share: size / evaluationResize, interpolation }];
  return [
    { op: 'resize', size: evaluationResize, interpolation },
    { op: 'center-crop', size },
  ];
}
