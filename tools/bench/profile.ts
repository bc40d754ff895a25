import { busyMs, describeProfile, opTimes, type OpTime, type Profile } from '@spatial-ensemble/engine';
import { markdownTable } from 'markdown-table';
import { median } from './compare.ts';
import type { Side } from './side.ts';

/** Calls that are timed beside a profile. */
const CALLS = 15;

/** What ops do, by their names; the first that fits. */
const PARTS: readonly (readonly [part: string, ops: RegExp])[] = [
  ['convolutions, products', /Conv2D|MatMul/],
  ['batch norm', /FusedBatchNorm/],
  ['variables', /^(Assign|ResourceApply|ReadVariable|VarHandle)/],
  ['draws', /^StatelessRandom/],
  [
    'elementwise',
    /^(Add(V2|N)?|Sub|Mul|Div|RealDiv|Neg|Abs|Square|SquaredDifference|Sqrt|Rsqrt|Exp|Log|Pow|Maximum|Minimum|(Leaky)?Relu(Grad)?|Select(V2)?|Cast|Greater(Equal)?|Less(Equal)?|Equal|Logical\w+|IsFinite|BiasAdd|Fill|ZerosLike|OnesLike)$/,
  ],
];

/** The share of each part in the time of all ops; what fits none comes last: sums, reshapes, slices, softmax. */
export function partsOf(times: readonly OpTime[]): readonly (readonly [part: string, share: number])[] {
  const partOf = ({ op }: OpTime): string => PARTS.find(([, ops]) => ops.test(op))?.[0] ?? 'the rest';
  return [...PARTS.map(([part]) => part), 'the rest'].map((part) => [
    part,
    times.reduce((sum, time) => sum + (partOf(time) === part ? time.share : 0), 0),
  ]);
}

/**
 * Asks the engine's side where the time of a step goes, and prints its dearest ops, and what a call as one makes it takes
 * beyond the time in which ops run: values that pass in, the call by FFI, the executor. @returns a row of the table.
 */
export async function profileOf(name: string, side: Side): Promise<readonly string[]> {
  await side.run(3);
  const profile = (await side.ask({ profile: true })) as Profile;
  const [all, ...ops] = describeProfile(profile);
  console.log([`${name}: ${all}`, ...ops].join('\n'));
  const { ms } = await side.run(CALLS);
  const busy = busyMs(profile);
  console.log(
    `  a call: median ${median(ms).toFixed(2)} ms, least ${Math.min(...ms).toFixed(2)}; ops ran for ${busy.toFixed(2)} ms of the profiled one`,
  );
  const percent = (share: number): string => (100 * share).toFixed(0);
  const between = 1 - busy / profile.wallMs;
  return [name, ...partsOf(opTimes(profile)).map(([, share]) => percent(share)), percent(between)];
}

/** Where the time of several workloads goes, in %. @param rows as `profileOf` gives them */
export function profileTable(rows: readonly (readonly string[])[]): string {
  const head = ['workload', ...partsOf([]).map(([part]) => part), 'no op runs'];
  return markdownTable(
    [head, ...rows].map((row) => [...row]),
    { align: ['l', ...head.slice(1).map(() => 'r')] },
  );
}
