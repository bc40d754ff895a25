import { z } from 'zod';

/** Of Madry et al., within L∞. */
const EPSILON = 8 / 255;

/**
 * How a method makes its adversarial views: projected gradient ascent, in pixels of 0 to 1. The defaults are those of
 * Madry et al. for CIFAR-10 (arXiv 1706.06083, section 5: epsilon 8, steps of 2, 7 of them, in pixels of 0 to 255).
 */
export const perturbationSpec = z
  .strictObject({
    /** What epsilon bounds. `linf`: the change of each pixel (arXiv 1706.06083, section 5). `l2`: the length of an image's change. */
    norm: z.enum(['linf', 'l2']).default('linf'),
    /**
     * How far an image may be moved, in units of the whole range of pixels (arXiv 1706.06083, section 5: 8/255). To be
     * given with `l2`.
     */
    epsilon: z.number().positive().default(EPSILON),
    /** How far a step goes, in the same units (arXiv 1706.06083, section 5: 2/255). */
    stepSize: z
      .number()
      .positive()
      .default(2 / 255),
    /** Steps; each takes a pass forward and one back (arXiv 1706.06083, section 5: 7). */
    steps: z.int().positive().default(7),
  })
  .check(({ value, issues }) => {
    const refuse = (path: 'epsilon' | 'stepSize', message: string): void =>
      void issues.push({ code: 'custom', input: value[path], path: [path], message });
    if (value.norm === 'linf')
      for (const path of ['epsilon', 'stepSize'] as const)
        if (value[path] > 1)
          refuse(path, `must be at most 1, the whole range of pixels, got ${value[path]}. Did you mean ${value[path]}/255?`); // prettier-ignore
    if (value.norm === 'l2' && value.epsilon === EPSILON)
      refuse('epsilon', 'is to be given with l2, such as 0.5: the default, 8/255, is one of linf, and next to nothing as the length of an image’s change'); // prettier-ignore
  });
