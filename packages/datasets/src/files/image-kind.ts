/** The kinds of image files that are read. */
export type ImageKind = 'JPEG' | 'PNG' | 'WebP' | 'GIF' | 'TIFF' | 'BMP';

/** How many bytes of a file's beginning tell its kind. */
export const HEAD = 512;

/** How the files of a kind begin: bytes as Latin-1, `?` for any. */
const READ: readonly (readonly [ImageKind, string])[] = [
  ['JPEG', '\xff\xd8\xff'],
  ['PNG', '\x89PNG\r\n\x1a\n'],
  ['WebP', 'RIFF????WEBP'],
  ['GIF', 'GIF87a'],
  ['GIF', 'GIF89a'],
  ['TIFF', 'II*\0'],
  ['TIFF', 'MM\0*'],
  ['TIFF', 'II+\0'],
  ['TIFF', 'MM\0+'],
  ['BMP', 'BM'],
];

/** What people have instead. Some of it the decoder would take, but not as Pillow does, or Pillow not at all. */
const REFUSED: readonly (readonly [what: string, start: string])[] = [
  ['a raw file of a camera (CR2)', 'II*\0????CR'],
  ['a raw file of a camera (CR3)', '????ftypcrx '],
  ['a raw file of a camera', 'FUJIFILMCCD-RAW'],
  ['an AVIF image', '????ftypavif'],
  ['an AVIF image', '????ftypavis'],
  ['a HEIF image', '????ftyphei'],
  ['a HEIF image', '????ftyphev'],
  ['a HEIF image', '????ftypmif1'],
  ['a HEIF image', '????ftypmsf1'],
  ['a video or another file of the ISO base media format', '????ftyp'],
  ['a JPEG 2000 image', '\0\0\0\x0cjP  '],
  ['a JPEG 2000 image', '\xff\x4f\xff\x51'],
  ['a JPEG XL image', '\xff\x0a'],
  ['a JPEG XL image', '\0\0\0\x0cJXL '],
  ['a JPEG XR image', 'II\xbc'],
  ['a PBM image', 'P1'],
  ['a PGM image', 'P2'],
  ['a PPM image', 'P3'],
  ['a PBM image', 'P4'],
  ['a PGM image', 'P5'],
  ['a PPM image', 'P6'],
  ['a PAM image', 'P7'],
  ['an OpenEXR image', '\x76\x2f\x31\x01'],
  ['a Radiance image', '#?RADIANCE'],
  ['a FITS image', 'SIMPLE  ='],
  ['a Photoshop file', '8BPS'],
  ['an icon (ICO)', '\0\0\x01\0'],
  ['an icon (ICNS)', 'icns'],
  ['a DDS image', 'DDS '],
  ['a QOI image', 'qoif'],
  ['an SGI image', '\x01\xda'],
  ['a PCX image', '\x0a\x05\x01'],
  ['a PDF document', '%PDF'],
  ['a PostScript document', '%!PS'],
  ['a file of libvips', '\x08\xf2\xa6\xb6'],
  ['a file of libvips', '\xb6\xa6\xf2\x08'],
  ['a file of NumPy', '\x93NUMPY'],
  ['a gzip archive, or a packed SVG drawing', '\x1f\x8b'],
  ['a ZIP archive', 'PK\x03\x04'],
];

/**
 * The kind of an image file, by its content: names say nothing.
 *
 * @param head its first `HEAD` bytes, or all of it
 * @throws Error that names what it is instead
 */
export function kindOf(head: Uint8Array): ImageKind {
  if (head.length === 0) throw new Error('it is empty');
  const text = Buffer.from(head.subarray(0, HEAD)).toString('latin1');
  const what = REFUSED.find(([, start]) => begins(text, start))?.[0];
  if (what !== undefined) throw refused(what);
  const kind = READ.find(([, start]) => begins(text, start))?.[0];
  if (kind !== undefined) return kind;
  if (/^\s*(?:<\?xml|<!DOCTYPE svg|<!--|<svg)/i.test(text) && !/<html/i.test(text))
    throw refused('an SVG drawing, or XML');
  if (/^\s*<(?:!DOCTYPE html|html)/i.test(text)) throw new Error('it is a web page: the download went wrong');
  if (/^[\t\r\n\x20-\x7e]+$/.test(text)) throw new Error('it is text');
  throw new Error('it is no image of a kind that is read: JPEG, PNG, WebP, TIFF, BMP or GIF');
}

function begins(text: string, start: string): boolean {
  return text.length >= start.length && start.split('').every((char, i) => char === '?' || char === text[i]);
}

/** The error for a kind of file or image that is not read. */
export function refused(what: string): Error {
  return new Error(`it is ${what}, which is not read: convert it to PNG, or take it away`);
}
