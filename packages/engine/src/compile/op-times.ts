import type { Profile } from './profile.ts';

/** All ops of a kind in a profile. */
export interface OpTime {
  readonly op: string;
  /** How many there are. */
  readonly count: number;
  readonly ms: number;
  /** Of the time of all ops together, which is more than the time that passed where several run at once. */
  readonly share: number;
  /** 10⁹ floating-point operations a second; undefined of what is no convolution or matrix product. */
  readonly gflops: number | undefined;
}

/** Where the time went by kind of op, the dearest first. */
export function opTimes({ ops }: Profile): readonly OpTime[] {
  const kinds = new Map<string, { count: number; us: number; flops: number }>();
  for (const { op, durationUs, flops } of ops) {
    const kind = kinds.get(op) ?? { count: 0, us: 0, flops: 0 };
    kinds.set(op, { count: kind.count + 1, us: kind.us + durationUs, flops: kind.flops + flops });
  }
  const all = ops.reduce((sum, { durationUs }) => sum + durationUs, 0);
  return Array.from(kinds, ([op, { count, us, flops }]) => ({
    op,
    count,
    ms: us / 1e3,
    share: all === 0 ? 0 : us / all,
    gflops: flops === 0 ? undefined : flops / (1e3 * us),
  })).toSorted((a, b) => b.ms - a.ms);
}

/** Milliseconds in which at least one op ran. */
export function busyMs({ ops }: Profile): number {
  let [busy, end] = [0, 0];
  // They come by their starts.
  for (const { startUs, durationUs } of ops) {
    busy += Math.max(0, startUs + durationUs - Math.max(end, startUs));
    end = Math.max(end, startUs + durationUs);
  }
  return busy / 1e3;
}

/**
 * A profile in lines: how long a call took, and its dearest ops.
 *
 * @param most kinds of ops at most
 */
export function describeProfile(profile: Profile, most = 10): readonly string[] {
  const rows = opTimes(profile).slice(0, most);
  const width = Math.max(0, ...rows.map(({ op }) => op.length));
  const between = 1 - busyMs(profile) / profile.wallMs;
  return [
    `${profile.wallMs.toFixed(1)} ms, in ${(100 * between).toFixed(0)} % of which no op ran`,
    ...rows.map(({ op, count, ms, share, gflops }) => {
      const rate = gflops === undefined ? '' : `   ${gflops.toFixed(gflops < 10 ? 1 : 0)} GFLOP/s`;
      return `  ${op.padEnd(width)} ${(100 * share).toFixed(1).padStart(5)} %  ${ms.toFixed(2).padStart(8)} ms  ${`${count}x`.padStart(6)}${rate}`;
    }),
  ];
}
