import { describe, expect, it } from 'vitest';
import { perturbationSpec } from '../src/perturbation-spec.ts';

const said = (spec: object): string => perturbationSpec.safeParse(spec).error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('\n') ?? ''; // prettier-ignore

describe('what an adversary may do', () => {
  it('is that of Madry et al. where nothing is said', () =>
    expect(perturbationSpec.parse({})).toEqual({ norm: 'linf', epsilon: 8 / 255, stepSize: 2 / 255, steps: 7 }));

  it('is no more than the whole range of a pixel, such as bytes would be', () => {
    expect(said({ epsilon: 8, stepSize: 2 })).toMatch(/epsilon .*got 8\. Did you mean 8\/255.*\n.*stepSize .*2\/255/);
    expect(said({ epsilon: 1, stepSize: 1 })).toBe('');
    expect(said({ norm: 'l2', epsilon: 8, stepSize: 2 })).toBe('');
  });

  it('is to be given as a length', () => expect(said({ norm: 'l2' })).toMatch(/epsilon is to be given with l2/));
});
