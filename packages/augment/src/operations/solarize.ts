import type { Operation } from '../operation.ts';
import { isNumber, probability, type Problem } from '../options.ts';
import { solarized, type Solarized } from '../transforms/solarized.ts';

/**
 * With probability `p`, inverts the values from `threshold` (in grey levels) on: 128 in Pillow; 127.5, which is 0.5 of
 * 1, in DeepMind's code, the same for bytes.
 */
export interface SolarizeStep {
  readonly op: 'solarize';
  readonly p: number;
  readonly threshold: number;
}

export const solarize: Operation<SolarizeStep, Solarized> = {
  op: 'solarize',
  needs: { p: probability, threshold },
  takes: {},
  draw: ({ p, threshold }, _image, draws) => (draws.boolean(p) ? [{ op: 'solarize', threshold }] : []),
  transforms: { solarize: solarized },
};

function threshold(value: unknown): Problem {
  return isNumber(value) && value >= 0 && value <= 256 ? undefined : 'a grey level from 0 to 256';
}
