import { join } from 'node:path';
import { writeChecked } from '@spatial-ensemble/files';
import { asResNet, asWideResNet, metasOf, type Anatomy, type Metas, type VariableMeta } from '@spatial-ensemble/nn';
import type { Metadata } from '@spatial-ensemble/store';
import type { StateDict } from '../state-dict.ts';
import { denseLayer, modelOf, resNetLayers, wideResNetLayers } from './layers.ts';

/** What is taken into a browser. */
export interface TfjsRequest {
  readonly anatomy: Anatomy;
  /** By our names. */
  readonly variables: StateDict;
  /** The head that stands on the encoder; `none`; undefined: a classifier that was trained. */
  readonly head?: string | undefined;
  readonly metadata: Metadata;
}

/** What was written. */
export interface TfjsExported {
  readonly files: readonly string[];
  /** What comes out of the model. */
  readonly outputs: string;
}

/** TensorFlow.js' names of what layers hold, by ours. */
const NAMES: { readonly [name: string]: string } = { mean: 'moving_mean', variance: 'moving_variance' };

/**
 * Writes a model that plain TensorFlow.js loads by `tf.loadLayersModel`: `model.json` and its weights. It takes images
 * `[n, height, width, channels]` of pixels 0 to 1 that are standardised; by what, its `userDefinedMetadata` says.
 *
 * @throws Error where the encoder is neither a ResNet nor a wide one, or the network has no such head; WriteError
 */
export async function exportTfjs(
  { anatomy, variables, head, metadata }: TfjsRequest,
  out: string,
): Promise<TfjsExported> {
  const { encoder, heads, standard } = anatomy;
  const chosen = headOf(heads, head);
  const metas: Metas = { ...metasOf(encoder.declares), ...(chosen === undefined ? {} : heads[chosen]) };
  const [first] = encoder.declares;
  // `!`: both begin with `conv1`, in front of which stands what all their names have in common.
  const prefix = first!.meta.module.replace(/conv1$/, '');
  const [resNet, wide] = [asResNet(encoder), asWideResNet(encoder)];
  if (resNet === undefined && wide === undefined)
    throw new Error('tfjs: residual networks are written, wide ones too, and this encoder is another one');
  const trunk = resNet === undefined ? wideResNetLayers(prefix, wide!) : resNetLayers(prefix, resNet);
  const model = modelOf((resNet ?? wide!).channels, trunk, ...(chosen === undefined ? [] : [denseOf(heads[chosen]!)]));
  const byName = new Map(Object.entries(metas).map(([name, meta]) => [layerName(meta), name]));
  const tensors = model.weights.map(({ originalName }) => {
    const tensor = variables.get(byName.get(originalName) ?? '');
    if (tensor === undefined) throw new Error(`the weights lack ${originalName}`);
    return { name: originalName, tensor };
  });
  const document = {
    format: 'layers-model',
    generatedBy: 'spatial-ensemble',
    convertedBy: null,
    modelTopology: model.toJSON(null, false),
    weightsManifest: [
      {
        paths: [BYTES],
        weights: tensors.map(({ name, tensor: { shape } }) => ({ name, shape, dtype: 'float32' })),
      },
    ],
    userDefinedMetadata: { ...metadata, pixels: { from: 0, to: 1, ...standard } },
  };
  model.dispose();
  const files = [join(out, BYTES), join(out, 'model.json')] as const;
  await writeChecked(files[0], pieces(tensors.map(({ tensor }) => tensor.data)));
  await writeChecked(files[1], JSON.stringify(document));
  return { files, outputs: chosen === undefined ? `${encoder.features} features` : `logits of ${chosen}` };
}

const BYTES = 'weights.bin';

function layerName({ module, name }: VariableMeta): string {
  return `${module}/${NAMES[name] ?? name}`;
}

function headOf(heads: Anatomy['heads'], head: string | undefined): string | undefined {
  if (head === 'none') return undefined;
  const chosen = head ?? ['fc', 'classifier'].find((name) => heads[name] !== undefined);
  if (chosen !== undefined && heads[chosen] === undefined)
    throw new Error(`there is no head ${chosen}; there are: ${Object.keys(heads).join(', ') || 'none'}`);
  return chosen;
}

/** @throws Error for a head that is no linear layer */
function denseOf(metas: Metas) {
  const all = Object.values(metas);
  const kernel = all.find(({ name }) => name === 'kernel');
  if (kernel === undefined || all.length > 2 || kernel.shape.length !== 2)
    throw new Error('tfjs: a head is one linear layer; --head none leaves it out');
  return denseLayer(kernel.module, kernel.shape[1]!, all.length === 2);
}

async function* pieces(all: readonly Float32Array[]): AsyncGenerator<Uint8Array> {
  for (const data of all) yield new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
