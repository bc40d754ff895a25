import { metasOf, resNetTrunk, type Anatomy, type Metas, type ResNetOptions } from '@spatial-ensemble/nn';
import { torchNetwork, type FloatTensor, type StateDict, type TorchNetwork } from '../src/index.ts';

/** A tensor whose every number is another one. */
export function counted(shape: readonly number[], from = 0): FloatTensor {
  const length = shape.reduce((product, size) => product * size, 1);
  return { data: Float32Array.from({ length }, (_, i) => from + i), shape };
}

/** Weights for what is declared: unlike each other, and variances positive. */
export function drawn(metas: Metas): StateDict {
  return new Map(
    Object.entries(metas).map(([name, { shape }]) => {
      const length = shape.reduce((product, size) => product * size, 1);
      const data = new Float32Array(length);
      for (let i = 0; i < length; i++) data[i] = 0.5 + (((i + name.length) * 0.618034) % 1);
      return [name, { data, shape }];
    }),
  );
}

/** What a method's encoder and heads are, with a linear head `fc` and a projector of two layers. */
export function anatomyOf(options: ResNetOptions, heads: Anatomy['heads'] = {}): Anatomy {
  const encoder = resNetTrunk('encoder', options);
  const three = [0.5, 0.4, 0.3];
  return { encoder, heads, standard: { mean: three, deviation: three } };
}

/** A residual network with drawn weights, as PyTorch keeps it. */
export function drawnNetwork(options: ResNetOptions, heads: Anatomy['heads'] = {}): TorchNetwork {
  const anatomy = anatomyOf(options, heads);
  const all = Object.assign({}, metasOf(anatomy.encoder.declares), ...Object.values(heads)) as Metas;
  return torchNetwork(anatomy, drawn(all));
}
