// `]!` throughout: places are within, or cut to the border.

/** A picture of one channel in whole numbers, 0 to 255. */
export interface Bytes {
  readonly values: Uint8Array;
  readonly height: number;
  readonly width: number;
}

/** The tangent of 22.5 degrees, of 32,768. */
const TANGENT = 13_573;

/** 1 where OpenCV's `Canny(picture, low, high)` finds an edge: its Sobel of 3 x 3, lengths as sums of two. */
export function edges(picture: Bytes, low: number, high: number): Uint8Array {
  const { height, width } = picture;
  const { dx, dy } = slopes(picture);
  const strengths = dx.map((value, i) => Math.abs(value) + Math.abs(dy[i]!));
  const strength = (y: number, x: number): number =>
    y < 0 || x < 0 || y >= height || x >= width ? 0 : strengths[y * width + x]!;
  /** Along the slope nothing is stronger. */
  const isRidge = (y: number, x: number): boolean => {
    const [i, own] = [y * width + x, strength(y, x)];
    const [across, down] = [Math.abs(dx[i]!), Math.abs(dy[i]!) * 32_768];
    if (down < across * TANGENT) return own > strength(y, x - 1) && own >= strength(y, x + 1);
    if (down > across * TANGENT + across * 65_536) return own > strength(y - 1, x) && own >= strength(y + 1, x);
    const side = dx[i]! < 0 !== dy[i]! < 0 ? -1 : 1;
    return own > strength(y - 1, x - side) && own > strength(y + 1, x + side);
  };
  const ridges = strengths.map((own, i) =>
    own > low && isRidge(Math.floor(i / width), i % width) ? (own > high ? 2 : 1) : 0,
  );
  return reached(ridges, height, width);
}

/** Sobel's differences, the border repeated beyond it. */
function slopes({ values, height, width }: Bytes): { readonly dx: Int32Array; readonly dy: Int32Array } {
  const [dx, dy] = [new Int32Array(values.length), new Int32Array(values.length)];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = (v: number, u: number): number =>
        values[Math.min(height - 1, Math.max(0, y + v)) * width + Math.min(width - 1, Math.max(0, x + u))]!;
      const [a, b, c] = [at(-1, 1) - at(-1, -1), at(0, 1) - at(0, -1), at(1, 1) - at(1, -1)];
      const [d, e, f] = [at(1, -1) - at(-1, -1), at(1, 0) - at(-1, 0), at(1, 1) - at(-1, 1)];
      dx[y * width + x] = a + 2 * b + c;
      dy[y * width + x] = d + 2 * e + f;
    }
  return { dx, dy };
}

/** 1 for strong ridges (2), and for weak ones (1) that lead to one. */
function reached(ridges: Int32Array, height: number, width: number): Uint8Array {
  const out = new Uint8Array(ridges.length);
  const open = [...ridges.keys()].filter((i) => ridges[i] === 2);
  for (const i of open) out[i] = 1;
  for (let i = open.pop(); i !== undefined; i = open.pop()) {
    const [y, x] = [Math.floor(i / width), i % width];
    for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++)
      for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
        const next = v * width + u;
        if (ridges[next] === 0 || out[next] === 1) continue;
        out[next] = 1;
        open.push(next);
      }
  }
  return out;
}

/** Steps to the side, to a corner, and as a knight goes, in 65,536ths of a pixel (Borgefors 1986, mask of 5 x 5). */
const [SIDE, CORNER, KNIGHT] = [65_536, 91_750, 143_976] as const;
const BEFORE = [[-2, -1, KNIGHT], [-2, 1, KNIGHT], [-1, -2, KNIGHT], [-1, -1, CORNER], [-1, 0, SIDE], [-1, 1, CORNER], [-1, 2, KNIGHT], [0, -1, SIDE]] as const; // prettier-ignore

/** How far every pixel is from the next one that is 1, as OpenCV's `distanceTransform(…, DIST_L2, 5)` has it; at most `most`. */
export function distances(ones: Uint8Array, height: number, width: number, most: number): Float64Array {
  const out = Float64Array.from(ones, (one) => (one === 1 ? 0 : Infinity));
  const nearer = (y: number, x: number, sign: 1 | -1): void => {
    for (const [v, u, step] of BEFORE) {
      const [row, column] = [y + sign * v, x + sign * u];
      if (row < 0 || column < 0 || row >= height || column >= width) continue;
      out[y * width + x] = Math.min(out[y * width + x]!, out[row * width + column]! + step);
    }
  };
  for (let i = 0; i < out.length; i++) nearer(Math.floor(i / width), i % width, 1);
  for (let i = out.length - 1; i >= 0; i--) nearer(Math.floor(i / width), i % width, -1);
  return out.map((value) => Math.fround(Math.min(most, value / 65_536)));
}
