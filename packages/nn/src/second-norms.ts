import type { Declaration, Module } from './network.ts';
import type { Tensors, Variables } from './variables.ts';

/** Names of the variables of a second set of norms, by those that they stand beside. */
export type SecondNames = { readonly [first: string]: string };

/** One module twice, with all weights in common but those of its norms. Both declare the variables of both. */
export interface TwoNorms<In, Out> {
  /** By the norms that the module has. */
  readonly first: Module<In, Out>;
  /** By the second set: scales, shifts and running statistics of its own. */
  readonly second: Module<In, Out>;
  readonly names: SecondNames;
}

/**
 * A module and its twin with norms of its own, for images of another kind (Xie et al. 2020, arXiv 1911.09665;
 * VITA-Group/Adversarial-Contrastive-Learning@137f7cd7 models/resnet_multi_bn.py). A norm is whatever module keeps
 * running statistics; no layer needs to know of the second set.
 *
 * The second variables are as the first ones: shape, weight decay, axis of outputs, initialiser. Each norm of the second
 * set is a module of its own, `bn1.adversarial` beside `bn1`, so a unit of smoothing of its own. Other programs have no
 * place for it, so it has no name of PyTorch's.
 *
 * @param set what the second set is called: a part of its variables' names.
 * @throws Error if no module keeps running statistics
 */
export function secondNorms<In, Out>(root: Module<In, Out>, set: string): TwoNorms<In, Out> {
  const keeping = new Set(root.declares.filter(({ meta }) => meta.buffer === true).map(({ meta }) => meta.module));
  const firsts = root.declares.filter(({ meta }) => keeping.has(meta.module));
  if (firsts.length === 0)
    throw new Error(`there is no norm that keeps running statistics, so none can have a second set (${set})`);
  const seconds = firsts.map((first) => secondOf(first, set));
  // `!`: one for each.
  const names = Object.fromEntries(firsts.map(({ name }, i) => [name, seconds[i]!.name]));
  const declares = [...root.declares, ...seconds];
  return {
    first: { declares, forward: root.forward },
    second: {
      declares,
      forward: (pass, input) => {
        const renewed: typeof pass.renewed = {};
        const out = root.forward({ ...pass, variables: bySecondNorms(pass.variables, names), renewed }, input);
        for (const [name, tensor] of Object.entries(renewed)) pass.renewed[names[name] ?? name] = tensor;
        return out;
      },
    },
    names,
  };
}

/**
 * Those of the second norms in the place of the first, which are left out: for a network that knows of one set alone.
 *
 * @param names of more variables than these, perhaps: a teacher has no predictor.
 * @throws Error where a norm has no second one
 */
export function bySecondNorms({ params, buffers }: Variables, names: SecondNames): Variables {
  const seconds = new Set(Object.values(names));
  const oneSet = (tensors: Tensors): Tensors =>
    Object.fromEntries(
      Object.entries(tensors)
        .filter(([name]) => !seconds.has(name))
        .map(([name, tensor]) => {
          const second = names[name];
          if (second === undefined) return [name, tensor];
          const other = tensors[second];
          if (other === undefined) throw new Error(`there is no variable ${second}, a second one of ${name}`);
          return [name, other];
        }),
    );
  return { params: oneSet(params), buffers: oneSet(buffers) };
}

function secondOf({ meta: first, initial }: Declaration, set: string): Declaration {
  const { torch: _, ...meta } = first;
  const module = `${meta.module}.${set}`;
  return { name: `${module}.${meta.name}`, meta: { ...meta, module }, initial };
}
