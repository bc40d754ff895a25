import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** The most memory that a side held in some steps, and without what its libraries take; absent where it cannot be told. */
export interface Held {
  readonly peakMb?: number;
  readonly beyondMb?: number;
}

/** The memory of this process while it runs steps. */
export interface Memory {
  /** The peak is counted from here. */
  begin(): void;
  answer(): Held;
}

/**
 * Called once libraries are loaded and started, before anything is built: what they take is not a step's. On the
 * processor it is resident memory. On a GPU it is what the driver says that this process has of the device, which
 * TensorFlow takes in large pieces: more than its tensors need.
 */
export function memoryBeyondLibraries(device: 'cpu' | 'gpu' = 'cpu'): Memory {
  if (device === 'gpu') {
    const libraries = ofGpuMb();
    return {
      begin: () => undefined,
      answer() {
        const peakMb = ofGpuMb();
        return peakMb === undefined || libraries === undefined ? {} : { peakMb, beyondMb: peakMb - libraries };
      },
    };
  }
  // Reading a program leaves garbage, which is no library's: what a collection later gives back would count against steps.
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const libraries = statusMb('VmRSS');
  return {
    begin() {
      try {
        // From here on VmHWM is the peak since (`proc_pid_clear_refs(5)`).
        writeFileSync('/proc/self/clear_refs', '5');
      } catch {
        // Then the peak is that of the process.
      }
    },
    answer() {
      const peakMb = statusMb('VmHWM');
      return { peakMb, beyondMb: peakMb - libraries };
    },
  };
}

/** A line of `/proc/self/status`; the peak since the process began where there is no such file. */
function statusMb(name: 'VmRSS' | 'VmHWM'): number {
  try {
    const line = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync('/proc/self/status', 'utf8'));
    return Number(line![1]) / 1024;
  } catch {
    return process.resourceUsage().maxRSS / 1024;
  }
}

/** Undefined where the driver's program is missing or does not name this process, as in a container with numbers of its own. Never tried. */
function ofGpuMb(): number | undefined {
  const query = ['--query-compute-apps=pid,used_gpu_memory', '--format=csv,noheader,nounits'];
  let said: string;
  try {
    said = execFileSync('nvidia-smi', query, { encoding: 'utf8' });
  } catch {
    return undefined;
  }
  const own = said
    .split('\n')
    .map((line) => line.split(',').map(Number))
    .find(([pid]) => pid === process.pid);
  return own?.[1];
}
