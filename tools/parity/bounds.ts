/** What is compared; each has a bound of its own. */
export type Quantity = 'forward' | 'loss' | 'grad' | 'update';

export const QUANTITIES: readonly Quantity[] = ['forward', 'loss', 'grad', 'update'];

/** Relative to PyTorch's values. */
const FORWARD = 1e-5;
const UPDATE = 1e-6;
const GRADIENT = 1e-4;
/** How much farther from PyTorch's float32 we may be than that is from its own float64. */
const OWN_FACTOR = 3;
/** A gradient smaller than this share of all of its network's is compared with that share: it is rounding alone. */
const FLOOR = 1e-6;

/** Values by name: `grad/student/conv1.weight`. */
export type Values = ReadonlyMap<string, ArrayLike<number>>;

/** One tensor of one step, on both sides. */
export interface Distance {
  readonly name: string;
  readonly quantity: Quantity;
  /** ‖a − b‖ / max(‖b‖, floor), b being PyTorch's in float32. */
  readonly distance: number;
  readonly bound: number;
  /** The same between PyTorch's float32 and its float64; absent for updates, whose inputs are given. */
  readonly own?: number;
}

/**
 * How far our tensors are from PyTorch's, and how far they may be.
 *
 * @param own PyTorch's own distance between float32 and float64, by name.
 * @throws Error where one side has a tensor that the other does not, or of another size.
 */
export function distances(ours: Values, theirs: Values, own: Values): Distance[] {
  const missing = [...ours.keys()].filter((name) => !theirs.has(name));
  const extra = [...theirs.keys()].filter((name) => !ours.has(name));
  if (missing.length + extra.length > 0)
    throw new Error(
      `the two sides do not give the same: PyTorch lacks [${missing.slice(0, 5).join(', ')}], we lack [${extra.slice(0, 5).join(', ')}]`,
    );
  const networks = new Map<string, number>();
  for (const [name, values] of theirs) if (quantityOf(name) === 'grad') networks.set(networkOf(name), Math.hypot(networks.get(networkOf(name)) ?? 0, norm(values))); // prettier-ignore

  return [...ours].map(([name, values]) => {
    const quantity = quantityOf(name);
    const floor = quantity === 'grad' ? FLOOR * networks.get(networkOf(name))! : 0;
    const distance = relative(name, values, theirs.get(name)!, floor);
    const theirOwn = own.get(name)?.[0];
    const bound = { forward: FORWARD, loss: FORWARD, update: UPDATE, grad: GRADIENT }[quantity];
    if (quantity === 'update') return { name, quantity, distance, bound };
    if (theirOwn === undefined) throw new Error(`PyTorch does not say how far its own ${name} is from float64`);
    return {
      name,
      quantity,
      distance,
      bound: quantity === 'grad' ? Math.max(bound, OWN_FACTOR * theirOwn) : bound,
      own: theirOwn,
    };
  });
}

/** Whether a distance is within its bound; one that is no number is not. */
export function holds({ distance, bound }: Pick<Distance, 'distance' | 'bound'>): boolean {
  return distance <= bound;
}

function quantityOf(name: string): Quantity {
  const [first] = name.split('/');
  const quantity = QUANTITIES.find((one) => one === first);
  if (quantity === undefined) throw new Error(`${name} is none of ${QUANTITIES.join(', ')}`);
  return quantity;
}

function networkOf(name: string): string {
  const [, network] = name.split('/');
  if (network === undefined) throw new Error(`${name} names no network: it must be quantity/network/…`);
  return network;
}

function norm(values: ArrayLike<number>): number {
  let sum = 0;
  // `!`: within the array.
  for (let i = 0; i < values.length; i++) sum += values[i]! ** 2;
  return Math.sqrt(sum);
}

function relative(name: string, a: ArrayLike<number>, b: ArrayLike<number>, floor: number): number {
  if (a.length !== b.length) throw new Error(`${name} has ${a.length} values here and ${b.length} in PyTorch`);
  let sum = 0;
  // `!`: within both, which are as long as each other.
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  const apart = Math.sqrt(sum);
  return apart === 0 ? 0 : apart / Math.max(norm(b), floor);
}
