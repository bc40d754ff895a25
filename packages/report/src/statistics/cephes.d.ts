// The package has types, which its `exports` do not lead to. These are the functions that we call.
declare module 'cephes' {
  /** Settled once the functions may be called. */
  export const compiled: Promise<void>;
  export function stdtr(df: number, t: number): number;
  export function stdtri(df: number, p: number): number;
  export function ndtr(z: number): number;
  export function ndtri(p: number): number;
  export function bdtr(k: number, n: number, p: number): number;
}
