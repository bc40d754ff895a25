import { photographs } from './loading/photographs.ts';
import { compared } from './pytorch.ts';
import type { Row } from './row.ts';
import { endingAll, here, Side, typeScriptSide } from './side.ts';
import { EATERS } from './workloads.ts';

/** Images to views, against torchvision's DataLoader; times are the processor's, so that both are per core. */
export const LOADINGS = [
  {
    name: 'loading JPEG files, two views at 224 px, batch 32, CPU time',
    kind: 'jpeg',
    images: 32,
    ways: { torchvision: 'jpeg' },
    eater: EATERS.jpeg,
  },
  {
    name: 'loading images of 32 px in memory, weak and strong views of FixMatch, 16 + 7·16, CPU time',
    kind: 'cifar',
    images: 8 * 16,
    ways: { 'torchvision, Pillow': 'v1', 'torchvision v2, tensors': 'v2' },
    eater: EATERS.cifar,
  },
] as const;

/** At least 1.4 times as many images a core as torchvision. */
const AIM = { ratio: 1 / 1.4 };

export async function compareLoading(
  { name, kind, images, ways }: (typeof LOADINGS)[number],
  python: string,
  rounds: number,
): Promise<Row> {
  const { folder, remove } = kind === 'jpeg' ? await photographs() : { folder: '', remove: async () => undefined };
  try {
    const ours = typeScriptSide('the loader', 'loading/ours.ts', kind, folder);
    const others = Object.fromEntries(
      Object.entries(ways).map(([way, of]) => [way, new Side(way, python, [here('loading/reference.py'), of, folder])]),
    );
    const sides = [ours, ...Object.values(others)];
    return await endingAll(sides, async () => {
      await Promise.all(sides.map((side) => side.ready()));
      return compared({ name, images, aim: AIM }, ours, others, { rounds, steps: 2 });
    });
  } finally {
    await remove();
  }
}
