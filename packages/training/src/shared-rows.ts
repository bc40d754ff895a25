import type { HostTensor } from '@spatial-ensemble/engine';

/** Rows of numbers of images, of which each process keeps a part: of a bank of photographs all would be too many. */
export interface SharedRows {
  /** `[n, f]` of all. */
  readonly shape: readonly [number, number];
  /**
   * Rows `from` up to `to`, float32 `[to − from, f]`, the same in all processes, each of which asks for the same at the same
   * time. Not to be written to.
   */
  rows(from: number, to: number): Promise<HostTensor>;
}

/** Rows that this process has all of. @param host float32 `[n, f]` */
export function inMemory({ data, shape }: HostTensor): SharedRows {
  const [count, width] = shape as readonly [number, number];
  return {
    shape: [count, width],
    rows: (from, to) =>
      Promise.resolve({
        data: (data as Float32Array).subarray(from * width, to * width),
        shape: [to - from, width],
      }),
  };
}

/** All of them, in every process. */
export function allOf({ shape: [count], rows }: SharedRows): Promise<HostTensor> {
  return rows(0, count);
}
