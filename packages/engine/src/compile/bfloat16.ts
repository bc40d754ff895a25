import type { Attribute } from '../binding/attributes.ts';
import type { Bfloat16Kernels } from '../binding/bfloat16-kernels.ts';
import { AttributeType, DataType } from '../binding/dtypes.ts';
import type { Symbol } from './symbol.ts';

/** What an op does under the policy. */
interface Rule {
  /** The inputs that are bfloat16. */
  readonly narrow: (inputs: number) => readonly number[];
  /** Those that must be bfloat16 already, or the op stays in float32; none: the op is always in bfloat16. */
  readonly leads: (inputs: number) => readonly number[];
  /** How many of its outputs, from the first, are bfloat16. */
  readonly outputs: number;
  /** Whether its values are its inputs' own: nothing is rounded. */
  readonly exact: boolean;
}

const at =
  (...positions: number[]) =>
  (): readonly number[] =>
    positions;
const allButLast = (inputs: number): readonly number[] => Array.from({ length: inputs - 1 }, (_, i) => i);

function product(...positions: number[]): Rule {
  return { narrow: at(...positions), leads: at(), outputs: 1, exact: false };
}

function follower(positions: readonly number[], leads: readonly number[], exact: boolean): Rule {
  return { narrow: at(...positions), leads: at(...leads), outputs: 1, exact };
}

/**
 * Convolutions and matrix products are in bfloat16; what stands between them and rounds each value by itself, or not at
 * all, stays so. All else is in float32: parameters and their gradients, statistics, losses, softmax, reductions, the
 * optimiser.
 */
const RULES: Readonly<Record<string, Rule>> = {
  Conv2D: product(0, 1),
  Conv2DBackpropInput: product(1, 2),
  Conv2DBackpropFilter: product(0, 2),
  MatMul: product(0, 1),
  BatchMatMulV2: product(0, 1),
  BiasAdd: follower([0, 1], [0], false),
  FusedBatchNorm: follower([0], [0], false),
  FusedBatchNormV3: follower([0], [0], false),
  FusedBatchNormGradV3: follower([0, 1], [1], false),
  Relu: follower([0], [0], true),
  ReluGrad: follower([0, 1], [1], true),
  LeakyRelu: follower([0], [0], false),
  LeakyReluGrad: follower([0, 1], [1], false),
  Add: follower([0, 1], [0, 1], false),
  AddV2: follower([0, 1], [0, 1], false),
  MaxPool: follower([0], [0], true),
  PadV2: follower([0, 2], [0], true),
  Reshape: follower([0], [0], true),
  Transpose: follower([0], [0], true),
  Slice: follower([0], [0], true),
  ConcatV2: { narrow: allButLast, leads: allButLast, outputs: 1, exact: true },
};

const T: Attribute = { name: 'T', type: AttributeType.type, value: DataType.bfloat16 };
const STATISTICS: Attribute = { name: 'U', type: AttributeType.type, value: DataType.float32 };

/** The nearest bfloat16, ties to even. */
export function toBfloat16(value: number): number {
  const bytes = new DataView(new ArrayBuffer(4));
  bytes.setFloat32(0, value);
  const word = bytes.getUint32(0);
  const rounded = Number.isFinite(value) ? word + 0x7fff + ((word >>> 16) & 1) : word;
  bytes.setUint32(0, rounded & 0xffff0000);
  return bytes.getFloat32(0);
}

/** A product with its first matrix transposed is the gradient of the second: of parameters, which is float32. */
function givesParameters(name: string, attributes: readonly Attribute[]): boolean {
  if (name === 'Conv2DBackpropFilter') return true;
  return attributes.some(({ name: attribute, value }) => /^(adj_x|transpose_a)$/.test(attribute) && value === true);
}

/** The part of a recorder that the policy adds nodes with. */
interface Graph {
  node(name: string, attributes: readonly Attribute[], inputs: readonly Symbol[]): Symbol[];
  cast(symbol: Symbol, dtype: number): Symbol;
}

function key({ node, output }: Symbol): string {
  return `${node}:${output.index}`;
}

/**
 * Mixed precision of one trace. TensorFlow.js sees float32 everywhere; here a value may be bfloat16, and is cast where
 * somebody reads it as float32. A cast there and back again is dropped.
 */
export class Bfloat16Policy {
  readonly #graph: Graph;
  readonly #kernels: Bfloat16Kernels;
  readonly #narrowed = new Map<string, Symbol>();
  readonly #widened = new Map<string, Symbol>();
  /** Of `rounded` kernels: float32 symbols whose values are bfloat16. */
  readonly #rounded = new Set<string>();

  constructor(graph: Graph, kernels: Bfloat16Kernels) {
    this.#graph = graph;
    this.#kernels = kernels;
  }

  /** Records an op that the policy computes in bfloat16, or gives undefined for one that it leaves in float32. */
  record(name: string, attributes: readonly Attribute[], inputs: readonly Symbol[]): Symbol[] | undefined {
    const rule = RULES[name];
    const isFloat = attributes.some((attribute) => attribute.name === 'T' && attribute.value === DataType.float32);
    if (rule === undefined || !isFloat) return undefined;
    const leads = new Set(rule.leads(inputs.length));
    if (!inputs.every((input, i) => !leads.has(i) || this.#isNarrow(input))) return undefined;
    const narrow = new Set(rule.narrow(inputs.length));
    const made = this.#graph.node(
      ...this.#op(name, attributes),
      inputs.map((input, i) => (narrow.has(i) ? this.#narrow(input) : this.widen(input))),
    );
    const wide = givesParameters(name, attributes);
    return made.map((symbol, i) => (i < rule.outputs ? this.#output(symbol, rule.exact, wide) : symbol));
  }

  /** A value as float32; what is no bfloat16 stays as it is. */
  widen(symbol: Symbol): Symbol {
    if (symbol.dtype !== DataType.bfloat16) return symbol;
    const known = this.#widened.get(key(symbol));
    if (known !== undefined) return known;
    const wide = this.#graph.cast(symbol, DataType.float32);
    this.#widened.set(key(symbol), wide);
    this.#narrowed.set(key(wide), symbol);
    return wide;
  }

  #isNarrow(symbol: Symbol): boolean {
    return symbol.dtype === DataType.bfloat16 || this.#rounded.has(key(symbol));
  }

  #narrow(symbol: Symbol): Symbol {
    if (this.#isNarrow(symbol)) return symbol;
    const known = this.#narrowed.get(key(symbol));
    if (known !== undefined) return known;
    const narrow = this.#round(symbol);
    this.#narrowed.set(key(symbol), narrow);
    if (this.#kernels === 'rounded') this.#rounded.add(key(narrow));
    return narrow;
  }

  #round(symbol: Symbol): Symbol {
    const narrow = this.#graph.cast(symbol, DataType.bfloat16);
    return this.#kernels === 'native' ? narrow : this.#graph.cast(narrow, DataType.float32);
  }

  #op(name: string, attributes: readonly Attribute[]): [name: string, attributes: readonly Attribute[]] {
    // The slope is bfloat16 too: some kernels round it, and others do not.
    const sloped = attributes.map((attribute) =>
      attribute.name === 'alpha' ? { ...attribute, value: toBfloat16(attribute.value as number) } : attribute,
    );
    if (this.#kernels === 'rounded') return [name, sloped];
    const typed = sloped.map((attribute) => (attribute.name === 'T' ? T : attribute));
    // The first version has one type for values and statistics.
    return name === 'FusedBatchNorm' ? ['FusedBatchNormV3', [...typed, STATISTICS]] : [name, typed];
  }

  #output(symbol: Symbol, exact: boolean, wide: boolean): Symbol {
    if (this.#kernels === 'native') return wide ? this.#graph.cast(symbol, DataType.float32) : symbol;
    if (wide) return this.#round(symbol);
    if (!exact) return this.#narrow(symbol);
    this.#rounded.add(key(symbol));
    return symbol;
  }
}
