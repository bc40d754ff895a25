import { freePorts } from '../vitest/processes.ts';
import { median, takeTurns } from './compare.ts';
import { endingAll, type Side } from './side.ts';

/** What `npm run bench` calls it. */
export const EFFICIENCY = 'two processes of one thread each, BYOL step, ResNet-18, 32 pixels, batch 64 each';

/** How much of twice one process's images two get through. */
export interface Efficiency {
  readonly workload: string;
  readonly aloneMs: number;
  readonly togetherMs: number;
  /** Medians; 1: a step takes as long as that of one process alone, with half of the images. */
  readonly efficiency: number;
  /** Of minima. */
  readonly bestEfficiency: number;
  /** A reduction of a step's gradients by itself, and copying as many bytes once in memory, which is its floor. */
  readonly reducedBytes: number;
  readonly reductionMs: number;
  readonly copyMs: number;
}

/** @param sideOf starts a process of `together.ts` with such arguments */
export async function efficiency(sideOf: (...args: readonly string[]) => Side, rounds: number): Promise<Efficiency> {
  const hosts = (await freePorts(2)).map((port) => `127.0.0.1:${port}`).join();
  const [alone, ...both] = [sideOf(''), sideOf(hosts, '0'), sideOf(hosts, '1')] as [Side, Side, Side];
  return endingAll([alone, ...both], async () => {
    await Promise.all([alone, ...both].map((side) => side.ready()));
    const together = {
      // Steps of both end together: a collective waits for the slower one.
      run: async (steps: number) => (await Promise.all(both.map((side) => side.run(steps))))[0]!,
    };
    const taken = await takeTurns({ together, alone }, rounds, 2);
    const [reduced] = (await Promise.all(both.map((side) => side.ask({ reduce: 10 })))) as [
      { readonly bytes: number; readonly ms: readonly number[]; readonly copyMs: readonly number[] },
    ];
    const [aloneMs, togetherMs] = [median(taken.alone.ms), median(taken.together.ms)];
    return {
      workload: EFFICIENCY,
      aloneMs,
      togetherMs,
      efficiency: aloneMs / togetherMs,
      bestEfficiency: Math.min(...taken.alone.ms) / Math.min(...taken.together.ms),
      reducedBytes: reduced.bytes,
      reductionMs: median(reduced.ms),
      copyMs: median(reduced.copyMs),
    };
  });
}

export function efficiencyText(row: Efficiency): string {
  const megabytes = (row.reducedBytes / 1e6).toFixed(0);
  return [
    `${row.workload}: efficiency ${row.efficiency.toFixed(2)} (minima ${row.bestEfficiency.toFixed(2)})   median ms ${row.togetherMs.toFixed(1)}, alone ${row.aloneMs.toFixed(1)}`,
    `  a reduction of its gradients, ${megabytes} MB: ${row.reductionMs.toFixed(1)} ms; copying them once in memory: ${row.copyMs.toFixed(1)} ms`,
  ].join('\n');
}
