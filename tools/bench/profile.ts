import { busyMs, describeProfile, opTimes, type OpTime, type Profile } from '@spatial-ensemble/engine';
import { markdownTable } from 'markdown-table';
import type { Side } from './side.ts';

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

/** Asks the engine's side where the time of a step goes, and prints its dearest ops. @returns a row of the table. */
export async function profileOf(name: string, side: Side): Promise<readonly string[]> {
  const profile = (await side.ask({ profile: true })) as Profile;
  const [all, ...ops] = describeProfile(profile);
  console.log([`${name}: ${all}`, ...ops].join('\n'));
  const percent = (share: number): string => (100 * share).toFixed(0);
  const between = 1 - busyMs(profile) / profile.wallMs;
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
