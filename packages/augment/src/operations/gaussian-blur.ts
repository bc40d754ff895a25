import type { Operation, Transforms } from '../operation.ts';
import { isRange, isWhole, probability, style, type Problem, type Style } from '../options.ts';
import { gaussianBlur as blur } from '../pixels/box-blur.ts';
import { floatBlur } from '../pixels/floats.ts';
import { within } from '../within.ts';

/**
 * With probability `p`, a blur whose standard deviation in pixels is uniform in `sigma`. `torchvision`: Pillow's three
 * box blurs, as MoCo and momentum2 use it (not `torchvision.transforms.GaussianBlur`). `deepmind`: a true Gaussian,
 * zero beyond the borders.
 */
export interface GaussianBlurStep {
  readonly op: 'gaussian-blur';
  readonly p: number;
  readonly sigma: readonly [from: number, to: number];
  readonly style: Style;
  /** Only `deepmind`: taps of the kernel, odd. Default 2 trunc(height / 20) + 1: 23 at 224 pixels, 3 at 32. */
  readonly kernel?: number;
}

type Blurred =
  /** Pillow's blur with a standard deviation in pixels. */
  | Transforms<'gaussian-blur', { sigma: number }>
  /** A Gaussian with 2 radius + 1 taps. */
  | Transforms<'float-blur', { sigma: number; radius: number }>;

export const gaussianBlur: Operation<GaussianBlurStep, Blurred> = {
  op: 'gaussian-blur',
  needs: { p: probability, sigma: deviations, style },
  takes: { kernel },
  problem: (options) =>
    'kernel' in options && options.style !== 'deepmind'
      ? '`kernel` belongs to the style `deepmind`; the other has three box blurs'
      : undefined,
  draw({ p, sigma: [from, to], style, kernel }, { height }, draws) {
    if (!draws.boolean(p)) return [];
    const sigma = within(from, to, draws);
    if (style === 'torchvision') return [{ op: 'gaussian-blur', sigma }];
    const radius = kernel === undefined ? Math.trunc(height / 10 / 2) : (kernel - 1) / 2;
    return [{ op: 'float-blur', sigma, radius }];
  },
  transforms: {
    'gaussian-blur': { on: 'bytes', apply: (canvas, { sigma }) => blur(canvas, sigma) },
    'float-blur': { on: 'floats', apply: (canvas, { sigma, radius }) => floatBlur(canvas, sigma, radius) },
  },
};

function deviations(value: unknown): Problem {
  return isRange(value, 0.01, 100)
    ? undefined
    : 'two standard deviations in pixels, [from, to], the smaller first, from 0.01 to 100';
}

function kernel(value: unknown): Problem {
  return isWhole(value) && value >= 1 && value % 2 === 1 ? undefined : 'an odd number of taps, at least 1';
}
