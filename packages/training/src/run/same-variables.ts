import type { Variables } from '@spatial-ensemble/nn';

/** Whether student and teacher are one: the student that teaches itself, whose method may put the same tensors together twice. */
export function sameVariables(a: Variables, b: Variables): boolean {
  const same = (x: Variables['params'], y: Variables['params']): boolean => {
    const names = Object.keys(x);
    return names.length === Object.keys(y).length && names.every((name) => x[name] === y[name]);
  };
  return same(a.params, b.params) && same(a.buffers, b.buffers);
}
