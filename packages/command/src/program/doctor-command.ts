import type { Command } from 'commander';
import { displaysOn } from '../progress/displays.ts';
import { Left } from './left.ts';
import type { Surroundings } from './surroundings.ts';

interface Options {
  readonly fetch?: true;
  readonly gpu?: true;
  readonly data?: string;
  readonly from?: string;
  readonly dataCheck?: string;
  readonly pathColumn?: string;
  readonly labelColumn?: string;
  readonly splitColumn?: string;
  readonly json?: true;
}

/** `doctor`: what is here of all that experiments need. It ends with 1 if nothing could run, or an image cannot be read. */
export function addDoctor(program: Command, _argv: readonly string[], { log, print = log }: Surroundings): void {
  program
    .command('doctor')
    .description(
      'say what is here of all that experiments need, what is missing, and what mends it; ends with 1 if nothing could run',
    )
    .option('--fetch', "fetch TensorFlow's library if it is missing")
    .option('--gpu', 'look at (or fetch) the CUDA build, for a run on an NVIDIA GPU')
    .option('--data <name>', "fetch a data set's official archive")
    .option('--from <url>', 'another place for --data to fetch it from (http, https or file); the checksum stays')
    .option(
      '--data-check <place>',
      'read every image of a directory or a manifest once, and list what is damaged, misnamed, tiny or there twice',
    )
    .option('--path-column <name>', "the manifest's column of paths, by default path")
    .option('--label-column <name>', 'its column of classes, by default label')
    .option('--split-column <name>', 'its column that tells training images from others, by default none')
    .option('--json', 'print one JSON document instead')
    .action(async (options: Options) => {
      refuseStray(options);
      const { data, from, dataCheck, json } = options;
      if (data !== undefined) {
        const { fetchDataSet } = await import('../doctor/data-sets.ts');
        log(`Fetched and verified: ${await fetchDataSet(data, from, process.env, log)}\n`);
      }
      const { ok, text, document } = dataCheck === undefined ? await examined(options) : await checked(dataCheck, options); // prettier-ignore
      print(json === true ? JSON.stringify(document, null, 2) : text);
      if (!ok) throw new Left('', 1);
    });
}

function refuseStray({ data, from, dataCheck, pathColumn, labelColumn, splitColumn }: Options): void {
  if (from !== undefined && data === undefined) throw new Error('--from says where --data fetches from');
  const columns = [pathColumn, labelColumn, splitColumn].some((name) => name !== undefined);
  if (columns && dataCheck === undefined) throw new Error('columns are those of a manifest, which --data-check names');
}

// What each needs is loaded where it is asked for: `--help` loads neither TensorFlow nor a decoder of images.

async function examined({ gpu, fetch }: Options) {
  const { examine } = await import('../doctor/examine.ts');
  return examine({ gpu: gpu === true, fetch: fetch === true }, process.env);
}

async function checked(place: string, { pathColumn: path, labelColumn: label, splitColumn: split }: Options) {
  const { dataCheck } = await import('../doctor/data-check.ts');
  const counts = displaysOn().counts((what) => what);
  return dataCheck(place, { path, label, split }, (done, total) => counts('images read', done, total));
}
