import { byFirst, gatherNumbers, thisWorker } from '@spatial-ensemble/engine';
import { canonicalJson, leaves } from '@spatial-ensemble/record';
import type { ReadyJob } from '../job.ts';

/** Differences that are named. */
const MOST = 3;

/**
 * Makes sure that all processes are about to train the same runs, on the same images and with the same arithmetic: each was
 * started by itself. It is where they first meet.
 *
 * @throws Error in all, where one was asked for something else
 */
export async function refuseOtherJobs(specs: ReadyJob['specs']): Promise<void> {
  const { rank, workers } = thisWorker();
  if (workers === 1) return;
  const own = canonicalJson([...specs.values()].map(({ spec }) => spec));
  const first = await byFirst(async () => own);
  const others = (await gatherNumbers(Number(own !== first))).flatMap((differs, i) => (differs === 1 ? [i] : []));
  if (others.length === 0) return;
  const differences = own === first ? '' : ` Process ${rank} has ${differencesOf(own, first)}.`;
  throw new Error(
    `process ${others.join(', ')} was asked for other runs than process 0: start all with the same command, images and version of the program, on machines of one kind.${differences}`,
  );
}

/** `arithmetic.threads.intra 2, process 0 has 4`. */
function differencesOf(own: string, first: string): string {
  const [here, there] = [own, first].map((text) => JSON.parse(text) as readonly unknown[]) as [unknown[], unknown[]];
  if (here.length !== there.length) return `${here.length} runs and evaluations, process 0 has ${there.length}`;
  const all = here.flatMap((run, i) => {
    const known = new Map(leaves(there[i]));
    return leaves(run).flatMap(([path, value]) => {
      const [mine, other] = [JSON.stringify(value), JSON.stringify(known.get(path))];
      return mine === other ? [] : [`${path} ${mine}, process 0 has ${other ?? 'none'}`];
    });
  });
  return [...new Set(all)].slice(0, MOST).join('; ');
}
