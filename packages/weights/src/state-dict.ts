/** Numbers of a tensor on the host, in the order of its axes, the last one fastest. */
export interface FloatTensor {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/** Tensors by the names, and in the layouts, of a PyTorch module. */
export type StateDict = ReadonlyMap<string, FloatTensor>;

/** A state dict whose names have something in front of them. */
export function prefixed(prefix: string, state: StateDict): StateDict {
  return new Map([...state].map(([name, tensor]) => [`${prefix}${name}`, tensor]));
}

/** Several state dicts as one. @throws Error if two have a tensor of the same name */
export function merged(...states: readonly StateDict[]): StateDict {
  const all = new Map<string, FloatTensor>();
  for (const [name, tensor] of states.flatMap((state) => [...state])) {
    if (all.has(name)) throw new Error(`two tensors are called ${name}`);
    all.set(name, tensor);
  }
  return all;
}
