// What each of `n` pixels of a resized row or column is made of, as `putTaps` lays it: `n` first source pixels, `n`
// counts of them, and `most` weights for each pixel.

/** The first source pixel of pixel `i`. */
export function startOf(taps: usize, i: i32): i32 {
  return load<i32>(taps + 4 * i);
}

/** Source pixels of pixel `i`. */
export function countOf(taps: usize, n: i32, i: i32): i32 {
  return load<i32>(taps + 4 * (n + i));
}

/** The address of the first pixel's weights. */
export function weightsOf(taps: usize, n: i32): usize {
  return taps + 8 * n;
}
