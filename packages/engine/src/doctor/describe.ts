import { formatBytes } from '../library/wheel.ts';
import type { Inspection } from './inspect.ts';

/** An inspection as labelled lines for people. */
export function describeInspection(inspection: Inspection): [label: string, text: string][] {
  const { node, host, library, tensorflow, nvidiaDriver, threads, processor, memory, disk } = inspection;
  const build = { cpu: 'CPU build', cuda12: 'CUDA 12 build' } as const;
  const source = {
    environment: 'named by SPATIAL_ENSEMBLE_TENSORFLOW',
    cache: 'from the cache',
    fetched: 'fetched just now',
  } as const;
  const system = [host.os, host.arch, host.glibc === undefined ? `kernel ${host.release}` : `glibc ${host.glibc}`].join(
    ', ',
  );
  return [
    ['Node.js', node],
    ['System', system],
    [
      'Library',
      library === undefined ? 'not found' : `${library.directory} (${build[library.build]}, ${source[library.source]})`,
    ],
    ['Checksums', checksums(inspection)],
    ['TensorFlow', tensorflow?.version ?? (library === undefined ? 'unknown' : 'does not start')],
    [
      'Devices',
      tensorflow?.devices?.map(({ type, name }) => `${type} (${name.replace(/^.*device:/, '')})`).join(', ') ??
        'unknown',
    ],
    ['oneDNN', tensorflow?.oneDNN === undefined ? 'unknown' : tensorflow.oneDNN ? 'on' : 'off'],
    ['NVIDIA', nvidiaDriver === undefined ? 'no driver' : `driver ${nvidiaDriver}`],
    ...(tensorflow?.gpus ?? []).map(({ number, name, computeCapability, memoryBytes }): [string, string] => [
      `GPU ${number}`,
      `${name}, compute capability ${computeCapability}, ${formatBytes(memoryBytes)}`,
    ]),
    [
      'Processor',
      `${processor.model}; ${processor.instructionSet}; ${processor.bf16 ? 'with' : 'without'} bf16 instructions`,
    ],
    ['Threads', `${threads.intra} inside an op, ${threads.inter} ops at a time`],
    ['Memory', `${formatBytes(memory.total)}, of which ${formatBytes(memory.available)} are available`],
    ['Disk', `${formatBytes(disk.free)} free for ${disk.cache}`],
  ];
}

function checksums({ library, damaged }: Inspection): string {
  if (library === undefined) return 'unknown';
  if (damaged === undefined) return 'none are recorded beside the library';
  return damaged.length === 0 ? 'every file is what was unpacked' : `${damaged.length} damaged`;
}
