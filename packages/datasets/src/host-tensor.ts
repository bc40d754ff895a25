/** uint8 images `[n, height, width, channels]`; the shape of the engine's `HostTensor`. */
export interface HostImages {
  readonly data: Uint8Array;
  readonly shape: readonly [n: number, height: number, width: number, channels: number];
}

/** int32 labels `[n]`; the shape of the engine's `HostTensor`. */
export interface HostLabels {
  readonly data: Int32Array;
  readonly shape: readonly [n: number];
}
