import type { KernelBackend } from '../backend/backend.ts';
import { portably } from '../backend/portable.ts';
import { writeOf } from './assign-state.ts';
import { GraphHash } from './graph-hash.ts';
import { record, type TraceRequest } from './record.ts';

/**
 * Runs `fn` once on symbols and hashes what it wrote, before any pass of the engine's: in float32 whatever the precision
 * is that it will be computed in, without detours around this machine's kernels, with gradients as they are run and not
 * as they are counted. State comes last, as the writes of its leaves.
 */
export function fingerprintFunction(backend: KernelBackend, request: Omit<TraceRequest, 'bfloat16'>): string {
  const hash = new GraphHash();
  const written = { name: request.name, fn: request.fn, state: request.state, args: request.args };
  return portably(() =>
    record(
      backend,
      written,
      ({ graph, writes }) => {
        for (const write of writes) {
          const op = writeOf(graph, write);
          if (op !== undefined) hash.node(op.name, op.attributes, op.inputs);
        }
        return hash.digest();
      },
      hash,
    ),
  );
}
