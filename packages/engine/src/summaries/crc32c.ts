const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ 0x82f63b78 : remainder >>> 1;
  return remainder;
});

/** The masked CRC-32C of TFRecord (tensorflow/core/lib/hash/crc32c.h). */
export function crc32c(bytes: Uint8Array): number {
  const crc = ~bytes.reduce((remainder, byte) => TABLE[(remainder ^ byte) & 255]! ^ (remainder >>> 8), ~0) >>> 0;
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
