import { z } from 'zod';

/**
 * How a method makes its adversarial views: projected gradient ascent, in pixels of 0 to 1. The defaults are those of
 * Madry et al. for CIFAR-10 (arXiv 1706.06083, section 5: epsilon 8, steps of 2, 7 of them, in pixels of 0 to 255).
 */
export const perturbationSpec = z.strictObject({
  /** `linf`: no pixel changes by more than epsilon; `l2`: the length of an image's change. */
  norm: z.enum(['linf', 'l2']).default('linf'),
  epsilon: z
    .number()
    .positive()
    .default(8 / 255),
  stepSize: z
    .number()
    .positive()
    .default(2 / 255),
  steps: z.int().positive().default(7),
});
