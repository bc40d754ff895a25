/**
 * What a variable means, as far as smoothing needs to know. Units are derived from it; no name is ever parsed.
 */
export interface VariableMeta {
  readonly shape: readonly number[];
  readonly layout: 'HWIO' | 'IO' | 'C';
  readonly kind: 'kernel' | 'bias' | 'gamma' | 'beta' | 'mean' | 'variance';
  /** The layer it belongs to: a batch norm's γ and β share one, the convolution before has its own. */
  readonly module: string;
  /** The axis that counts outputs. */
  readonly outAxis: number;
}

/** Metas by variable name. */
export type Metas = { readonly [name: string]: VariableMeta };

/**
 * What is kept or moved as a whole.
 * `tensor`: each variable (the official code: REPO models/m2_teacher.py 38–46).
 * `layer`: all variables of a module together.
 * `channel`: each output index of a module; γ[i] and β[i] share a draw.
 * `neuron`: each single weight.
 */
export type Granularity = 'tensor' | 'layer' | 'channel' | 'neuron';

/** One variable's draw: the name of the unit it belongs to, the shape of the draw, and how it spreads over the variable. */
export interface Unit {
  /** What the draw is keyed by. Variables with the same name here share one draw. */
  readonly unit: string;
  /** `[]` one number for the whole variable, `[outputs]` one an output index, or the variable's own shape. */
  readonly drawShape: readonly number[];
  /** The shape to which the draw is reshaped, so that it broadcasts over the variable. */
  readonly broadcast: readonly number[];
}

/** The units of variables, by variable name. */
export type Units = { readonly [name: string]: Unit };

/**
 * The units of a network's variables at a granularity.
 *
 * @throws Error when variables that share a draw by channel count different outputs.
 */
export function unitsOf(metas: Metas, granularity: Granularity): Units {
  const outputs = new Map<string, number>();
  return Object.fromEntries(
    Object.entries(metas).map(([name, meta]): [string, Unit] => {
      switch (granularity) {
        case 'tensor':
          return [name, { unit: name, drawShape: [], broadcast: [] }];
        case 'layer':
          return [name, { unit: meta.module, drawShape: [], broadcast: [] }];
        case 'neuron':
          return [name, { unit: name, drawShape: meta.shape, broadcast: meta.shape }];
        case 'channel': {
          const count = meta.shape[meta.outAxis];
          const known = outputs.get(meta.module) ?? count;
          if (count === undefined || count !== known) throw new Error(`${name}: the variables of ${meta.module} share a draw by channel, but count ${known} and ${count} outputs`);
          outputs.set(meta.module, count);
          return [name, { unit: meta.module, drawShape: [count], broadcast: meta.shape.map((size, axis) => (axis === meta.outAxis ? size : 1)) }];
        }
        default:
          throw new Error(`a granularity is tensor, layer, channel or neuron, got ${String(granularity)}`);
      }
    }),
  );
}
