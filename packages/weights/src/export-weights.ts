import { join } from 'node:path';
import { writeChecked } from '@spatial-ensemble/files';
import { safetensorsBytes, safetensorsPieces, type Metadata } from '@spatial-ensemble/store';
import { torchPieces } from './files/torch-writer.ts';
import { laidOut, type LaidOut, type LayoutName } from './layouts/layouts.ts';
import { picklePieces } from './pickle/writer.ts';
import type { StateDict } from './state-dict.ts';
import { timmConfig } from './layouts/timm-config.ts';
import type { TorchNetwork } from './torch-network.ts';

/** What is taken elsewhere. */
export interface ExportRequest {
  readonly network: TorchNetwork;
  readonly layout: LayoutName;
  /** Which head stands in the place of a classifier; see `laidOut`. */
  readonly head?: string | undefined;
  /** What a file says of itself beside its tensors: run, experiment, step, commit. */
  readonly metadata: Metadata;
}

/** What was written. */
export interface Exported extends LaidOut {
  readonly files: readonly string[];
}

/** What a format's file is called if nobody says, behind a name. timm's is a folder. */
export const ENDINGS: { readonly [layout in LayoutName]: string } = {
  torchvision: '.safetensors',
  timm: '',
  moco: '.pth.tar',
  detectron2: '.pkl',
  pytorch: '.safetensors',
};

/**
 * Writes a network's weights as an ecosystem reads them: a safetensors file; for timm a folder of one with its
 * `config.json`, which `timm.create_model('local-dir:FOLDER')` loads; for MoCo a checkpoint of PyTorch, for detectron2 a
 * pickle. A file is read again before
 * it counts.
 *
 * @param out the file, or timm's folder
 * @throws Error where the ecosystem has no such network; WriteError
 */
export async function exportWeights(request: ExportRequest, out: string): Promise<Exported> {
  const { network, layout, head } = request;
  const laid = laidOut(network, layout, head);
  // What transformers and timm ask for.
  const metadata = { format: 'pt', ...request.metadata, ...about(laid) };
  if (layout === 'detectron2') {
    await writeChecked(out, asTheyCome(detectron2(laid.state)));
    return { ...laid, files: [out] };
  }
  if (layout === 'moco') {
    await writeChecked(out, asTheyCome(moco(laid, metadata)));
    return { ...laid, files: [out] };
  }
  if (layout !== 'timm') {
    await writeSafetensors(out, laid.state, metadata);
    return { ...laid, files: [out] };
  }
  const files = [join(out, 'model.safetensors'), join(out, 'config.json')] as const;
  await writeSafetensors(files[0], laid.state, metadata);
  await writeChecked(files[1], `${JSON.stringify(timmConfig(laid, network.standard, metadata), null, 2)}\n`);
  return { ...laid, files };
}

function about({ architecture, differences }: LaidOut): Metadata {
  return {
    ...(architecture !== undefined && { architecture }),
    ...(differences.length > 0 && { differences: differences.join('; ') }),
  };
}

async function writeSafetensors(path: string, state: StateDict, metadata: Metadata): Promise<void> {
  await writeChecked(path, asTheyCome(safetensorsPieces(state, metadata)), safetensorsBytes(state, metadata));
}

/** A checkpoint as main_moco.py of facebookresearch/moco saves it, whose main_lincls.py reads `state_dict` of it. */
function moco({ state, architecture = '' }: LaidOut, metadata: Metadata): Generator<Uint8Array> {
  return torchPieces(
    new Map<string, string | StateDict | ReadonlyMap<string, string>>([
      ['arch', architecture],
      ['state_dict', state],
      ['about', new Map(Object.entries(metadata))],
    ]),
  );
}

/** What detection/convert-pretrain-to-detectron2.py of facebookresearch/moco writes; the author is who wrote it. */
function detectron2(state: StateDict): Generator<Uint8Array> {
  return picklePieces(
    new Map<string, string | boolean | StateDict>([
      ['model', state],
      ['__author__', 'spatial-ensemble'],
      ['matching_heuristics', true],
    ]),
  );
}

async function* asTheyCome(pieces: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* pieces;
}
