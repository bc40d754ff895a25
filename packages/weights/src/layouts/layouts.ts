import type { ResNetOptions } from '@spatial-ensemble/nn';
import { merged, prefixed, type StateDict } from '../state-dict.ts';
import type { TorchNetwork } from '../torch-network.ts';
import { architectureName, differences } from './architecture.ts';

/** The ecosystems whose names are written: `pytorch` is our own network as a PyTorch module, with everything on it. */
export const LAYOUTS = ['torchvision', 'timm', 'moco', 'detectron2', 'pytorch'] as const;
export type LayoutName = (typeof LAYOUTS)[number];

/** A network by the names of an ecosystem. */
export interface LaidOut {
  readonly state: StateDict;
  /** What that ecosystem calls the network: `resnet50`; undefined where it has none. */
  readonly architecture: string | undefined;
  /** Classes that a classifier in it tells apart; 0: there is none. */
  readonly classes: number;
  /** Heads for which it has no place, or that were not asked for. */
  readonly leftOut: readonly string[];
  /** In what the network differs from what the ecosystem calls it. */
  readonly differences: readonly string[];
}

/**
 * A network by the names of an ecosystem.
 *
 * @param head which head stands in the place of torchvision's `fc`; `none`; undefined: a classifier that was trained
 *   (`fc`), and in `moco` and `detectron2` the projector.
 * @throws Error where the ecosystem has no such network, or the network no such head
 */
export function laidOut(network: TorchNetwork, layout: LayoutName, head?: string): LaidOut {
  const { encoder, heads, resNet } = network;
  if (layout === 'pytorch') {
    const parts = [encoder, ...Object.values(heads)];
    const state = merged(...parts.map(({ prefix, state: own }) => prefixed(prefix, own)));
    return { state, architecture: resNet && architectureName(resNet), classes: 0, leftOut: [], differences: [] };
  }
  if (resNet === undefined)
    throw new Error(
      `${layout} knows residual networks as torchvision builds them, and this encoder is another one; --format pytorch writes it by its own names`,
    );
  const chosen = headOf(network, layout, head);
  const fc = chosen === undefined ? new Map() : prefixed('fc.', heads[chosen]!.state);
  const state = merged(encoder.state, fc);
  return {
    state: WRITTEN[layout](state),
    architecture: named(resNet, layout),
    classes: (state.get('fc.bias') ?? state.get('fc.weight'))?.shape[0] ?? 0,
    leftOut: Object.keys(heads).filter((name) => name !== chosen),
    differences: differences(resNet),
  };
}

const WRITTEN: { readonly [layout in Exclude<LayoutName, 'pytorch'>]: (state: StateDict) => StateDict } = {
  torchvision: (state) => state,
  timm: (state) => state,
  // facebookresearch/moco@0d6137a6 moco/builder.py, behind DistributedDataParallel.
  moco: (state) => prefixed('module.encoder_q.', state),
  detectron2: (state) => new Map([...state].map(([name, tensor]) => [detectron2Name(name), tensor])),
};

/** detectron2's name, as facebookresearch/moco@0d6137a6 detection/convert-pretrain-to-detectron2.py gives it. */
export function detectron2Name(name: string): string {
  return (name.includes('layer') ? name : `stem.${name}`)
    .replace(/layer([1-4])/g, (_, stage: string) => `res${Number(stage) + 1}`)
    .replace(/bn([1-3])/g, 'conv$1.norm')
    .replaceAll('downsample.0', 'shortcut')
    .replaceAll('downsample.1', 'shortcut.norm');
}

function headOf({ heads }: TorchNetwork, layout: LayoutName, head: string | undefined): string | undefined {
  if (head === 'none') return undefined;
  const usual = layout === 'moco' || layout === 'detectron2' ? ['projector', 'fc'] : ['fc', 'classifier'];
  const chosen = head ?? usual.find((name) => heads[name] !== undefined);
  if (chosen === undefined) return undefined;
  const part = heads[chosen];
  const there = Object.keys(heads).join(', ') || 'none';
  if (part === undefined) throw new Error(`there is no head ${chosen}; there are: ${there}`);
  const linear = [...part.state.keys()].every((name) => name === 'weight' || name === 'bias');
  if (layout !== 'moco' && layout !== 'detectron2' && !linear)
    throw new Error(
      `the head ${chosen} is no linear layer (${[...part.state.keys()].join(', ')}), and ${layout} has a place for one alone: --head none, or --format pytorch, which writes everything`,
    );
  return chosen;
}

/** @throws Error for timm, which builds what it has a name for alone, and detectron2, whose backbone has ImageNet's stem */
function named(resNet: ResNetOptions, layout: LayoutName): string | undefined {
  const name = architectureName(resNet);
  const plain = name !== undefined && resNet.stem === 'imagenet';
  if (layout === 'timm' && !plain)
    throw new Error(
      'timm builds networks by their names, and has none for this one: --format torchvision writes the same names, for a module of yours',
    );
  if (layout === 'detectron2' && !plain)
    throw new Error('detectron2 builds ResNet-18 to ResNet-152 with ImageNet’s stem, and this is another one');
  return name;
}
