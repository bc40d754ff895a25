/** Pillow 13.0.0 refuses an image with more (`PIL.Image.MAX_IMAGE_PIXELS`, twice, `_decompression_bomb_check`). */
export const MOST_PIXELS = 2 * 89_478_485;

/** As many pixels of four channels of 16 bits, uncompressed, and a megabyte of everything else. */
export const MOST_IMAGE_BYTES = 8 * MOST_PIXELS + 1e6;
