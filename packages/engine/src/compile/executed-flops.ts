import { flopsOf } from './flops.ts';
import type { Symbol } from './symbol.ts';

/** A node of a traced graph under its name there. */
export interface NamedNode {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly Symbol[];
  readonly outputs: readonly Symbol[];
  /** Places of the nodes that give its inputs. */
  readonly needs: readonly number[];
}

/** The name of a traced graph's node, which are counted from 0 in the order of recording. */
export function nodeName(number: number, op: string): string {
  return `n${number}_${op}`;
}

/**
 * Floating-point operations by the names of the nodes that were run. TensorFlow fuses a convolution with what follows it
 * under the name of the last: what was not run by itself counts for the first node behind it that was.
 */
export function executedFlops(nodes: readonly NamedNode[], executed: ReadonlySet<string>): ReadonlyMap<string, number> {
  const followers = new Map<number, number[]>();
  nodes.forEach(({ needs }, number) => {
    for (const need of needs) followers.set(need, [...(followers.get(need) ?? []), number]);
  });
  const flops = new Map<string, number>();
  nodes.forEach(({ op, inputs, outputs }, number) => {
    const own = flopsOf(op, inputs, outputs);
    if (own === 0) return;
    // `open` grows while it is walked.
    const open = [number];
    for (const at of open) {
      // `!`: all are places of nodes.
      const { name } = nodes[at]!;
      if (executed.has(name)) {
        flops.set(name, (flops.get(name) ?? 0) + own);
        return;
      }
      open.push(...(followers.get(at) ?? []).filter((follower) => !open.includes(follower)));
    }
  });
  return flops;
}
