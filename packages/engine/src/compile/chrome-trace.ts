import type { Profile, ProfiledOp } from './profile.ts';

/** An op that was run, in the place where it is drawn: ops of one lane do not overlap. */
interface Laned extends ProfiledOp {
  readonly lane: number;
}

/**
 * Ops side by side in as few lanes as they need. TensorFlow does not tell which thread of a processor ran what; there
 * are never more lanes than threads that ran ops at once.
 *
 * @param ops by their starts
 */
function lanesOf(ops: readonly ProfiledOp[]): readonly Laned[] {
  const ends = new Map<string, number[]>();
  return ops.map((op) => {
    const ofDevice = ends.get(op.device) ?? [];
    ends.set(op.device, ofDevice);
    const free = ofDevice.findIndex((end) => end <= op.startUs);
    const lane = free === -1 ? ofDevice.length : free;
    ofDevice[lane] = op.startUs + op.durationUs;
    return { ...op, lane };
  });
}

/**
 * A profile as `chrome://tracing` and Perfetto read it: a JSON object of the Trace Event Format, times in microseconds, a
 * process for each device.
 */
export function chromeTrace({ ops }: Profile): object {
  const devices = [...new Set(ops.map(({ device }) => device))];
  return {
    displayTimeUnit: 'ms',
    traceEvents: [
      ...devices.map((name, pid) => ({ ph: 'M', name: 'process_name', pid, tid: 0, args: { name } })),
      ...lanesOf(ops).map(({ name, op, device, startUs, durationUs, flops, lane }) => ({
        ph: 'X',
        name: op,
        cat: 'op',
        pid: devices.indexOf(device),
        tid: lane,
        ts: startUs,
        dur: durationUs,
        args: { name, ...(flops > 0 && { gflops: flops / (1e3 * durationUs) }) },
      })),
    ],
  };
}
