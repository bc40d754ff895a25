import { type Command, Option } from 'commander';
import type { Experiment } from '../experiment.ts';
import { type KnownRun, takeInventory } from '../inventory/inventory.ts';
import type { ExportOptions } from '../weights/export-run.ts';
import type { StoredNetwork } from '../weights/stored-network.ts';
import { defaultWorkers } from '../threads.ts';
import type { EmbedOptions } from '../weights/embed.ts';
import { atLeastOne } from './arguments.ts';
import { loadExperiment } from './load-experiment.ts';
import { allExperiments, experimentFile, type AtHand, type Surroundings } from './surroundings.ts';

const FORMATS = [
  'torchvision',
  'timm',
  'moco',
  'detectron2',
  'tfjs',
  'pytorch',
] as const satisfies readonly ExportOptions['format'][];

interface Options {
  readonly store?: string;
  readonly experiment?: string;
}

/** `export`, `import` and `embed`: weights out and in, and what they see. */
export function addWeights(program: Command, _argv: readonly string[], { runs, log, atHand }: Surroundings): void {
  /** Does something with the weights of a run. */
  const withNetwork = async <T>(
    reference: string,
    { store = runs, experiment }: Options,
    use: (network: StoredNetwork) => Promise<T>,
  ): Promise<T> => {
    // What computes is loaded here alone.
    const { withStoredNetwork } = await import('../weights/stored-network.ts');
    const all = await takeInventory(store, new Date());
    return withStoredNetwork(all, reference, (run) => experimentsFor(run, experiment, atHand), use);
  };
  const ofRun = (name: string, description: string): Command =>
    program
      .command(name)
      .description(description)
      .argument('<run>', 'the first digits of its identity; with @STEP a checkpoint that was kept')
      .addOption(new Option('--whose <network>', 'whose weights').choices(['teacher', 'student']).default('teacher'))
      .option('--store <folder>', 'a run store; default: your own runs')
      .option(
        '--experiment <file>',
        'the experiment that declares the run’s method, where it is none of this repository',
      );

  ofRun('export', 'write a run’s weights as other programs read them')
    .addOption(new Option('--format <name>', 'whose names and files').choices(FORMATS).makeOptionMandatory())
    .option('--head <name>', 'which head stands in the place of a classifier, such as probe; `none` for none')
    .option('--out <file>', 'the file, or the folder of timm and tfjs; default: named after the run, here')
    .action(async (reference: string, options: Options & ExportOptions) => {
      const { exportRun } = await import('../weights/export-run.ts');
      log(await withNetwork(reference, options, (network) => exportRun(network, options)));
    });
  ofRun('embed', 'write the features of a folder of images as .npy, and their names beside')
    .argument('<folder>', 'images, and folders of them')
    .option(
      '--size <pixels>',
      'resize and crop to it; default: as the run decodes and prepares test images',
      atLeastOne,
    )
    .option('--workers <n>', 'threads that load images; default: one less than there are cores', atLeastOne)
    .option('--out <file>', 'the .npy file; default: named after the run, here')
    .action(
      async (
        reference: string,
        folder: string,
        options: Options & Partial<EmbedOptions> & Pick<EmbedOptions, 'whose'>,
      ) => {
        const { embedFolder } = await import('../weights/embed.ts');
        const workers = options.workers ?? defaultWorkers();
        log(await withNetwork(reference, options, (network) => embedFolder(network, folder, { ...options, workers })));
      },
    );
  program
    .command('import')
    .description(
      'take the weights of a file of PyTorch’s, NumPy’s or safetensors into your runs, to start from or to evaluate',
    )
    .argument('<file>', '.safetensors, .pth, .pth.tar, .ckpt or .npz; nothing in it is run')
    .option('--store <folder>', 'a run store; default: your own runs')
    .action(async (file: string, { store = runs }: Pick<Options, 'store'>) => {
      const { importedText, importFile } = await import('../weights/imports.ts');
      log(importedText(await importFile(file, store)));
    });
}

/** Experiments that may know a run's method: the one that is named, those that planned it, then all. */
async function* experimentsFor(
  { places }: KnownRun,
  named: string | undefined,
  atHand: AtHand | undefined,
): AsyncGenerator<Experiment> {
  if (named !== undefined) {
    yield loadExperiment(named, atHand);
    return;
  }
  const planned = places.flatMap(({ study }) => {
    try {
      return [experimentFile(study)];
    } catch {
      return [];
    }
  });
  for (const file of new Set([...planned, ...allExperiments()])) yield loadExperiment(file, atHand);
}
