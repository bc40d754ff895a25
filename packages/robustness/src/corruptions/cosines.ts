// The cosine transform of 8 x 8 values in whole numbers, as libjpeg's `islow` computes it (Loeffler, Ligtenberg &
// Moschytz 1989): what is rounded decides which way a half is quantised. `]!`: a block has 64 values.

const fixed = (value: number): number => Math.round(value * 8192);
const [A, B, C] = [0.541196100, 0.765366865, 1.847759065].map(fixed) as [number, number, number]; // prettier-ignore
const [P, Q, R, S] = [0.298631336, 2.053119869, 3.072711026, 1.501321110].map(fixed) as [number, number, number, number]; // prettier-ignore
const [V, W, X, Y, Z] = [0.899976223, 2.562915447, 1.961570560, 0.390180644, 1.175875602].map(fixed) as [number, number, number, number, number]; // prettier-ignore

function descaled(value: number, bits: number): number {
  return Math.floor((value + 2 ** (bits - 1)) / 2 ** bits);
}

type Eight = readonly [number, number, number, number, number, number, number, number];

/** Four sums of products that both directions have for the odd cosines. */
function odd(a: number, b: number, c: number, d: number): readonly [number, number, number, number] {
  const z5 = (a + c + b + d) * Z;
  const [z1, z2] = [-(a + d) * V, -(b + c) * W];
  const [z3, z4] = [z5 - (a + c) * X, z5 - (b + d) * Y];
  return [a * P + z1 + z3, b * Q + z2 + z4, c * R + z2 + z3, d * S + z1 + z4];
}

function forward([v0, v1, v2, v3, v4, v5, v6, v7]: Eight, plain: (value: number) => number, bits: number): Eight {
  const [outer, inner] = [v0 + v7 + (v3 + v4), v1 + v6 + (v2 + v5)];
  const [apart, near] = [v0 + v7 - (v3 + v4), v1 + v6 - (v2 + v5)];
  const z = (near + apart) * A;
  const [c7, c5, c3, c1] = odd(v3 - v4, v2 - v5, v1 - v6, v0 - v7).map((value) => descaled(value, bits)) as [number, number, number, number]; // prettier-ignore
  const [c2, c6] = [descaled(z + apart * B, bits), descaled(z - near * C, bits)];
  return [plain(outer + inner), c1, c2, c3, plain(outer - inner), c5, c6, c7];
}

function backward([c0, c1, c2, c3, c4, c5, c6, c7]: Eight, bits: number): Eight {
  const z = (c2 + c6) * A;
  const [even, other] = [z + c2 * B, z - c6 * C];
  const [sum, difference] = [(c0 + c4) * 8192, (c0 - c4) * 8192];
  const [e0, e1, e2, e3] = [sum + even, difference + other, difference - other, sum - even];
  const [o3, o2, o1, o0] = odd(c7, c5, c3, c1);
  return [e0 + o0, e1 + o1, e2 + o2, e3 + o3, e3 - o3, e2 - o2, e1 - o1, e0 - o0].map((value) => descaled(value, bits)) as unknown as Eight; // prettier-ignore
}

/** Applies to rows (1 apart) or columns (8 apart) of a block, in place. */
function lines(block: Float64Array, apart: 1 | 8, change: (line: Eight) => Eight): void {
  for (let line = 0; line < 8; line++) {
    const from = line * (apart === 1 ? 8 : 1);
    const values = Array.from({ length: 8 }, (_, i) => block[from + i * apart]!) as unknown as Eight;
    change(values).forEach((value, i) => (block[from + i * apart] = value));
  }
}

/** Cosines of values from −128 to 127, eight times as large, in place. */
export function toCosines(block: Float64Array): void {
  lines(block, 1, (row) => forward(row, (value) => value * 4, 11));
  lines(block, 8, (column) => forward(column, (value) => descaled(value, 2), 15));
}

/** Values of cosines, in place. */
export function fromCosines(block: Float64Array): void {
  lines(block, 8, (column) => backward(column, 11));
  lines(block, 1, (row) => backward(row, 18));
}
