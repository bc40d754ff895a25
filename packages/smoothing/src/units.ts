/**
 * What a variable means, as far as smoothing needs to know. Units are derived from it; no name is ever parsed.
 */
export interface VariableMeta {
  readonly shape: readonly number[];
  /** The layer it belongs to: a batch norm's γ and β share one, the convolution before has its own. */
  readonly module: string;
  /** The axis of `shape` that counts the layer's outputs; absent: it has none, as a class token, and is one unit. */
  readonly outAxis?: number;
}

/** Metas by variable name. */
export type Metas = { readonly [name: string]: VariableMeta };

/**
 * What is kept or moved as a whole.
 * `tensor`: each variable (the official code: tengteng95/Spatial_Ensemble@e94a54b models/m2_teacher.py 38–46).
 * `layer`: all variables of a module together.
 * `channel`: each output index of a module; γ[i] and β[i] share a draw, which is not that of the convolution before. A
 * variable without outputs is kept or moved as a whole, by a draw of its own.
 * `neuron`: each single weight.
 * `network`: all variables together. Each weight goes by the same law as at any other granularity, but a teacher holds no
 * stitches: the control that tells what is due to space.
 */
export type Granularity = 'tensor' | 'layer' | 'channel' | 'neuron' | 'network';

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
 * @throws Error when `outAxis` is no axis of a shape, when variables that share a draw by channel count different
 * outputs, or when the granularity is unknown.
 */
export function unitsOf(metas: Metas, granularity: Granularity): Units {
  const unitOf = RULES[granularity];
  if (!Object.hasOwn(RULES, granularity))
    throw new Error(`a granularity is tensor, layer, channel, neuron or network, got ${String(granularity)}`);
  const units = Object.entries(metas).map(([name, meta]) => [name, unitOf(name, meta)] as const);
  const outputs = new Map<string, readonly number[]>();
  for (const [name, { unit, drawShape }] of units) {
    const known = outputs.get(unit) ?? drawShape;
    if (known.join() !== drawShape.join()) {
      throw new Error(
        `${name}: the variables of ${unit} share a draw by channel, but count ${known.join()} and ${drawShape.join()} outputs`,
      );
    }
    outputs.set(unit, drawShape);
  }
  return Object.fromEntries(units);
}

const RULES: { readonly [granularity in Granularity]: (name: string, meta: VariableMeta) => Unit } = {
  tensor: whole,
  layer: (_, { module }) => whole(module),
  channel(name, { shape, outAxis, module }) {
    if (outAxis === undefined) return whole(name);
    const outputs = shape[outAxis];
    if (outputs === undefined)
      throw new Error(`${name}: outAxis ${outAxis} is no axis of the shape [${shape.join(', ')}]`);
    return { unit: module, drawShape: [outputs], broadcast: shape.map((size, axis) => (axis === outAxis ? size : 1)) };
  },
  neuron: (name, { shape }) => ({ unit: name, drawShape: shape, broadcast: shape }),
  network: () => whole('network'),
};

/** One number for all that has it. */
function whole(unit: string): Unit {
  return { unit, drawShape: [], broadcast: [] };
}
