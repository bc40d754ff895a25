import { takeTurns, type Turns } from './compare.ts';
import { toRow, type Row, type Subject } from './row.ts';
import { endingAll, here, Side } from './side.ts';
import type { Precision, Size } from './workloads.ts';

/** The ways of PyTorch's that are tried (`setting.py`); the fastest counts. */
const WAYS = ['eager', 'channels_last', 'compile'] as const;
type Way = (typeof WAYS)[number];

/** A workload of PyTorch's side. */
interface Wanted extends Size {
  readonly workload: string;
  readonly precision: Precision;
}

/** PyTorch where it is installed, on a device. */
export interface PyTorch {
  readonly python: string;
  readonly device: 'cpu' | 'gpu';
}

export function pytorchSide({ python, device }: PyTorch, { workload, ...how }: Wanted, variant: Way): Side {
  const asked = JSON.stringify({ variant, device, ...how });
  return new Side(`PyTorch (${workload}, ${variant})`, python, [here('reference.py'), workload, asked]);
}

/** GFLOP/s of a square matrix product. */
export async function peakArithmetic(pytorch: PyTorch, precision: Precision): Promise<number> {
  const side = pytorchSide(pytorch, { workload: 'peak', precision }, 'eager');
  const { ms } = await endingAll([side], async () => {
    await side.ready();
    await side.run(2);
    return side.run(6);
  });
  return (2 * (pytorch.device === 'gpu' ? 8192 : 2048) ** 3) / Math.min(...ms) / 1e6;
}

/** Our side beside one process for each way of PyTorch's; one that cannot be built is said, and left out. */
export async function beside(
  subject: Subject,
  ours: Side,
  pytorch: PyTorch,
  wanted: Wanted,
  turns: { readonly rounds: number; readonly steps: number; readonly peak?: number },
): Promise<Row> {
  const sides = WAYS.map((way) => ({ way, side: pytorchSide(pytorch, wanted, way) }));
  return endingAll([ours, ...sides.map(({ side }) => side)], async () => {
    await ours.ready();
    const built: { readonly way: Way; readonly side: Side }[] = [];
    for (const { way, side } of sides) {
      try {
        await side.ready();
        built.push({ way, side });
      } catch (error) {
        if (way !== 'compile') throw error;
        console.log(`${subject.name}: PyTorch without torch.compile, which failed: ${lastLine(error)}`);
      }
    }
    const whole = built.length === sides.length;
    // What it is held against is not PyTorch's best then: no aim is met by that.
    const { aim: _, ...aimless } = subject;
    const others = Object.fromEntries(built.map(({ way, side }) => [`PyTorch ${way}`, side]));
    return compared(whole ? subject : aimless, ours, others, turns);
  });
}

/** Lets our side and others take turns. */
export async function compared(
  subject: Subject,
  ours: Turns,
  others: { readonly [way: string]: Turns },
  { rounds, steps, peak }: { readonly rounds: number; readonly steps: number; readonly peak?: number },
): Promise<Row> {
  const { ours: mine, ...theirs } = await takeTurns({ ours, ...others }, rounds, steps);
  return toRow(subject, mine!, theirs, peak);
}

function lastLine(error: unknown): string {
  const lines = (error instanceof Error ? error.message : String(error))
    .split('\n')
    .filter((line) => line.trim() !== '');
  return lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1)!;
}
