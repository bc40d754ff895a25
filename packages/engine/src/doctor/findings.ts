import { formatBytes, TENSORFLOW_VERSION } from '../library/wheel.ts';
import type { Inspection } from './inspect.ts';

/** Something that is missing or could be better. */
export interface Finding {
  /** With an error nothing runs; a note is good to know. */
  readonly level: 'error' | 'note';
  readonly what: string;
  /** The command, or the advice, that mends it. */
  readonly mend: string;
}

const OLDEST_NODE = [20, 19] as const;
// The quickstart and the tests stay well below; an ImageNet-sized network does not.
const SMALL_MEMORY = 3e9;

function nodeIsOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
}

function startAgain({ library, tensorflow, device }: Inspection): string {
  if (tensorflow?.missingCuda?.length) return 'see to the libraries named above';
  if (device === 'gpu' && tensorflow?.devices !== undefined)
    return 'see whether `nvidia-smi` lists a GPU, and whether its driver is 525 or newer';
  if (library?.source === 'environment') return 'name another library, or unset SPATIAL_ENSEMBLE_TENSORFLOW';
  return fetchAgain({ library, device });
}

function fetchAgain({
  library,
  device,
}: Pick<Inspection, 'device'> & { readonly library?: Inspection['library'] | undefined }): string {
  return `delete ${library?.directory} and fetch it again: npx spatial-ensemble doctor --fetch${device === 'gpu' ? ' --gpu' : ''}`;
}

/** What an inspection found wanting, errors first, each with what mends it. */
export function findings(inspection: Inspection): Finding[] {
  const { node, library, libraryProblem, tensorflow, nvidiaDriver, device, memory, host } = inspection;
  const found: Finding[] = [];
  const error = (what: string, mend: string): void => void found.push({ level: 'error', what, mend });
  const note = (what: string, mend: string): void => void found.push({ level: 'note', what, mend });
  const gpu = device === 'gpu' ? ' --gpu' : '';

  if (nodeIsOld(node)) error(`Node.js ${node} is too old`, `install Node.js ${OLDEST_NODE.join('.')} or newer`);
  if (libraryProblem?.problem === 'not-cached') {
    error(
      "TensorFlow's library is not here yet",
      `npx spatial-ensemble doctor --fetch${gpu} (or start any experiment, which fetches it too)`,
    );
  } else if (libraryProblem?.problem === 'no-driver') {
    error('a GPU is asked for', libraryProblem.message);
  } else if (libraryProblem !== undefined) {
    error("TensorFlow's library cannot be had", libraryProblem.message);
  }
  if (tensorflow?.version !== undefined && tensorflow.version !== TENSORFLOW_VERSION) {
    error(
      `TensorFlow ${tensorflow.version} is not the version that the engine is written for`,
      `name a library of TensorFlow ${TENSORFLOW_VERSION}, or unset SPATIAL_ENSEMBLE_TENSORFLOW`,
    );
  }
  for (const name of inspection.damaged ?? [])
    error(`${name} is damaged: it is not what was unpacked`, fetchAgain(inspection));
  for (const { name, from, reason } of tensorflow?.missingCuda ?? []) {
    const mend = from.startsWith('nvidia-')
      ? `unpack the wheel ${from} beside TensorFlow, or fetch the CUDA build: npx spatial-ensemble doctor --fetch --gpu`
      : "install NVIDIA's driver, version 525 or newer";
    error(`${name} cannot be opened (${reason})`, mend);
  }
  if (tensorflow?.error !== undefined)
    error(`TensorFlow does not start on the ${device.toUpperCase()}: ${tensorflow.error}`, startAgain(inspection));
  for (const [name, value] of Object.entries(tensorflow?.environment ?? {}))
    note(
      `${name}=${value} is set, which changes the last bits of results, or more`,
      `unset ${name}, unless that is meant: runs record it, and are other runs than those without it`,
    );
  if (tensorflow?.oneDNN === false && host.os === 'linux')
    note(
      "TensorFlow runs without oneDNN's kernels: steps take up to 1.5 times as long",
      tensorflow.environment?.['TF_ENABLE_ONEDNN_OPTS'] === undefined
        ? 'nothing: TensorFlow has none for this processor'
        : 'unset TF_ENABLE_ONEDNN_OPTS',
    );
  if (
    device === 'cpu' &&
    nvidiaDriver !== undefined &&
    host.os === 'linux' &&
    host.arch === 'x64' &&
    library?.build !== 'cuda12'
  ) {
    note(
      `there is an NVIDIA driver (${nvidiaDriver}), but not TensorFlow's CUDA build`,
      'npx spatial-ensemble doctor --fetch --gpu',
    );
  }
  if (memory.total < SMALL_MEMORY)
    note(`${formatBytes(memory.total)} of memory is little`, 'keep to the experiments of the smoke and small tiers');
  return found;
}
