import type { ResolvedRun } from './experiment.ts';

/** How one run alone is begun anew: `--fresh` by itself would throw away every arm. Of a grid, with its values in place of the lists. */
export function beginAnew({ arm, seed, swept }: Pick<ResolvedRun, 'arm' | 'seed' | 'swept'>): string {
  const values = swept?.grid.keys.map((key, i) => `--set ${key}=${JSON.stringify(swept.values[i])} `) ?? [];
  return `--arm ${arm} --seed ${seed} ${values.join('')}--fresh`;
}
