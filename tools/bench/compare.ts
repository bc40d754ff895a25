import type { Answer, Side } from './side.ts';

/** Who takes turns. */
export type Turns = Pick<Side, 'run'>;

/** What came of a side's turns. */
export interface Taken {
  /** Milliseconds of each step. */
  readonly ms: readonly number[];
  /** See `Held`, the most of all turns. */
  readonly peakMb: number | undefined;
  readonly beyondMb: number | undefined;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * Lets idle processes take turns, round after round, so that what else the machine does hits all. The first turn of each
 * warms it up and does not count.
 */
export async function takeTurns<Name extends string>(
  sides: { readonly [name in Name]: Turns },
  rounds: number,
  steps: number,
): Promise<{ readonly [name in Name]: Taken }> {
  const names = Object.keys(sides) as Name[];
  const answers = new Map(names.map((name) => [name, [] as Answer[]]));
  for (const name of names) await sides[name].run(3);
  for (let round = 0; round < rounds; round++) {
    // Whoever follows another finds the caches cold for it; another one begins each round.
    const first = round % names.length;
    for (const name of [...names.slice(first), ...names.slice(0, first)])
      answers.get(name)!.push(await sides[name].run(steps));
  }
  const taken = [...answers].map(([name, all]) => {
    const most = (values: readonly number[]): number | undefined =>
      values.length === 0 ? undefined : Math.max(...values);
    return [
      name,
      {
        ms: all.flatMap(({ ms }) => ms),
        peakMb: most(all.flatMap(({ peakMb }) => peakMb ?? [])),
        beyondMb: most(all.flatMap(({ beyondMb }) => beyondMb ?? [])),
      },
    ] as const;
  });
  return Object.fromEntries(taken) as unknown as { readonly [name in Name]: Taken };
}
