// What kernels on bytes and on floats share, see `bytes.ts`.

/** The four bytes at an address as 32-bit integers. */
export function fourBytes(at: usize): v128 {
  return i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(at)));
}

/** Four 32-bit integers, cut to 0 … 255, as four bytes. */
export function packed(values: v128): u32 {
  const shorts = i16x8.narrow_i32x4_s(values, values);
  return <u32>i32x4.extract_lane(i8x16.narrow_i16x8_u(shorts, shorts), 0);
}
