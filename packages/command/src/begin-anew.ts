/** How one run alone is begun anew: `--fresh` by itself would throw away every arm. */
export function beginAnew({ arm, seed }: { readonly arm: string; readonly seed: number }): string {
  return `--arm ${arm} --seed ${seed} --fresh`;
}
