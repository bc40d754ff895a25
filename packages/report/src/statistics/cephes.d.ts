// The package has types, which its `exports` do not lead to. These are the functions that we call.
declare module 'cephes' {
  /** Settled once the functions may be called. */
  export const compiled: Promise<void>;
  export function stdtr(df: number, t: number): number;
  export function stdtri(df: number, p: number): number;
  export function ndtr(z: number): number;
  export function ndtri(p: number): number;
  export function fdtrc(ia: number, ib: number, x: number): number;
  export function incbi(aa: number, bb: number, yy0: number): number;
  export function bdtr(k: number, n: number, p: number): number;
}
