import { tier } from '@spatial-ensemble/record';
import { Option, type Command } from 'commander';
import { FULL_DISK } from '../full-disk.ts';
import { atLeastOne, wholeNumber, collect, gigabytes, gpuNumber, hours, keepEvery, seedOf } from './arguments.ts';

/** Adds the options that say what is run, and on what: those of `run` which a batch job has too. */
export function withRunOptions(command: Command): Command {
  return command
    .addOption(new Option('--tier <tier>', 'default: the first that the experiment declares').choices(tier.options))
    .option('--variant <name>', 'a variant of the experiment; default: the first')
    .option(
      '--set <key=value>',
      'change one value of the spec; of the data with `data.` in front, of an evaluation with `evaluations.NAME.`; several values, key=a,b, are a grid; may be repeated',
      collect(String),
    )
    .option('--arm <name>', 'run this arm only; may be repeated', collect(String))
    .option('--seed <n>', 'run this seed only; may be repeated', collect(seedOf))
    .option('--force', 'start what surely cannot fit into memory or on the disk, or with more threads than are of use')
    .option('--gpu [number]', 'run on a GPU: on the first that is visible, or on that of this number', gpuNumber)
    .option(
      '--devices <n>',
      'train each run on so many processes of this machine, each with its part of every batch: one a GPU with --gpu, else sharing the cores',
      atLeastOne,
    )
    .option('--gpu-memory <GB>', 'with --gpu: most of its memory that is taken, in 10⁹ bytes', gigabytes)
    .option(
      '--threads <n>',
      'threads, inside an op and between ops, of each process; default: the number of cores, shared out',
      atLeastOne,
    )
    .option('--workers <n>', 'threads that load and augment images; default: one less than there are cores', atLeastOne)
    .option(
      '--micro-batch <n>',
      'images that pass through the network at once, for methods that add up their gradient; saves memory',
      atLeastOne,
    )
    .addOption(
      new Option(
        '--precision <type>',
        'of convolutions and matrix products; tf32: faster on NVIDIA GPUs from Ampere on; bfloat16: of activations too',
      )
        .choices(['float32', 'tf32', 'bfloat16'])
        .default('float32'),
    )
    .option('--xla', 'compile with XLA')
    .option(
      '--xla-tuned <file>',
      'with --gpu --xla --no-deterministic: take the choices of XLA that `tune` has kept in this file, and no others',
    )
    .option('--command-buffers', 'with --gpu --xla: launch all kernels that can be as CUDA graphs')
    .option('--no-command-buffers', 'with --gpu --xla: launch none so')
    .option('--no-deterministic', 'on a GPU: faster kernels, whose last bits differ from run to run')
    .addOption(
      new Option(
        '--max-hours <hours>',
        'after 20 measured steps, a run that is planned to take longer asks, or stops where nobody can be asked',
      )
        .argParser(hours)
        .default(12),
    )
    .option(
      '--evaluate-at <step>',
      'evaluate a checkpoint that was kept, instead of training on; 0: the weights of --init',
      wholeNumber,
    )
    .option('--init <weights>', 'start from weights that `import` made, by their name')
    .option('--keep <every=N>', 'keep the checkpoint after each N steps for good', keepEvery)
    .addOption(
      new Option('--full-disk <what>', 'what a run does whose disk is full: stop, or wait until there is room')
        .choices(FULL_DISK)
        .default('stop'),
    );
}
