import { asResNet, metasOf, torchVariable, type Anatomy, type Metas, type ResNetOptions } from '@spatial-ensemble/nn';
import type { FloatTensor, StateDict } from './state-dict.ts';
import { transposed } from './transposed.ts';

/** A part of a network as PyTorch keeps it: what its names have in common, and the tensors by the rest of their names. */
interface TorchPart {
  /** `encoder.`, with its dot; nothing where names have nothing in common. */
  readonly prefix: string;
  readonly state: StateDict;
}

/** A network's weights as PyTorch keeps them. */
export interface TorchNetwork {
  readonly encoder: TorchPart;
  /** By the head's name: `projector`, `fc`. */
  readonly heads: { readonly [head: string]: TorchPart };
  /** How the encoder is built, where it is a residual network. */
  readonly resNet: ResNetOptions | undefined;
  readonly standard: Anatomy['standard'];
}

/**
 * The weights of a network by PyTorch's names and in its layouts. A head that has no weights there (a teacher has no
 * predictor) is left out, and so is a second set of norms: the weights are those by which clean images are looked at.
 *
 * @param variables of one network, by our names: parameters and buffers together.
 * @throws Error where a variable of the encoder is missing, or has no counterpart in PyTorch
 */
export function torchNetwork(anatomy: Anatomy, variables: StateDict): TorchNetwork {
  const { encoder, heads, standard } = anatomy;
  const there = Object.entries(heads).filter(([, metas]) => Object.keys(metas).every((name) => variables.has(name)));
  return {
    encoder: partOf(metasOf(encoder.declares), variables),
    heads: Object.fromEntries(there.map(([head, metas]) => [head, partOf(metas, variables)])),
    resNet: asResNet(encoder),
    standard,
  };
}

function partOf(metas: Metas, variables: StateDict): TorchPart {
  const state = new Map<string, FloatTensor>();
  for (const [name, meta] of Object.entries(metas)) {
    const variable = variables.get(name);
    if (variable === undefined) throw new Error(`the weights lack ${name}`);
    const torch = torchVariable(meta);
    state.set(torch.name, transposed(variable, torch.axes));
  }
  const prefix = commonModule([...state.keys()]);
  return { prefix, state: new Map([...state].map(([name, tensor]) => [name.slice(prefix.length), tensor])) };
}

/** The outermost module that all names share, with its dot: `projector.` of `projector.0.weight`, `projector.2.bias`. */
export function commonModule(names: readonly string[]): string {
  const [first] = names;
  const prefix = first?.slice(0, first.indexOf('.') + 1) ?? '';
  return names.every((name) => name.startsWith(prefix)) ? prefix : '';
}
