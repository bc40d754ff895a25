import { gaussianBlur } from './box-blur.ts';
import { createCanvas, reshape, type Canvas, type ImageShape } from './canvas.ts';
import {
  autoContrast,
  brightness,
  color,
  contrast,
  equalize,
  grayscale,
  posterize,
  sharpness,
  solarize,
} from './colour.ts';
import type { Sides, Window } from './crop.ts';
import {
  floatBlur,
  floatBrightness,
  floatContrast,
  floatFlip,
  floatGrayscale,
  floatHue,
  floatResample,
  floatSaturation,
  floatSolarize,
  toBytes,
  toFloats,
} from './floats.ts';
import { affine, copyWindow, crop, flip, rotation, shift } from './geometry.ts';
import { hue } from './hue.ts';
import { fillRectangle, fillUncovered } from './paint.ts';
import { resample } from './resample.ts';
import type { Fill, Interpolation, Style } from './spec.ts';

/** What is done to one image, after everything random was drawn: plain data. */
export type Transform =
  | { readonly op: 'flip' | 'auto-contrast' | 'equalize' | 'grayscale' }
  /** The window's place in the image mirrored at its borders, in pixels. */
  | { readonly op: 'shift'; readonly x: number; readonly y: number }
  /** Keeps the highest bits, 0 to 8. */
  | { readonly op: 'posterize'; readonly bits: number }
  /** Inverts the values from `threshold` on. */
  | { readonly op: 'solarize'; readonly threshold: number }
  /** 1 leaves the image as it is, 0 leaves black, the mean, grey, or the smoothed image. */
  | { readonly op: 'brightness' | 'contrast' | 'color' | 'sharpness'; readonly factor: number }
  /** Turns the hue by a share of a full turn, -0.5 to 0.5. */
  | { readonly op: 'hue'; readonly by: number }
  /** Pillow's blur with a standard deviation in pixels. */
  | { readonly op: 'gaussian-blur'; readonly sigma: number }
  /** Counter-clockwise about the centre, between -90 and 90. */
  | { readonly op: 'rotate'; readonly degrees: number }
  /** The source of a pixel lies `by` pixels further for every pixel of the other coordinate. */
  | { readonly op: 'shear-x' | 'shear-y'; readonly by: number }
  /** The source of a pixel lies `by` pixels further: the picture moves left, or up. */
  | { readonly op: 'translate-x' | 'translate-y'; readonly by: number }
  /** Paints what geometric operations uncovered, and no colour operation filled with its own colour since. */
  | { readonly op: 'fill-uncovered'; readonly fill: Fill }
  | {
      readonly op: 'fill-rectangle';
      readonly top: number;
      readonly left: number;
      readonly bottom: number;
      readonly right: number;
      readonly fill: Fill;
    }
  /** Black beyond the image. */
  | ({ readonly op: 'crop' } & Window)
  /** Resizes what is in the window; `deepmind` leaves the image in floats. */
  | {
      readonly op: 'crop-resize';
      readonly from: Window;
      readonly to: Sides;
      readonly interpolation: Interpolation;
      readonly style: Style;
    }
  // DeepMind's operations: they take the image into floats, where the result is cut to [0, 1].
  | { readonly op: 'float-grayscale' }
  /** Adds a share of white. */
  | { readonly op: 'float-brightness'; readonly by: number }
  /** 1 leaves the image as it is, 0 leaves each channel's mean, or grey. */
  | { readonly op: 'float-contrast' | 'float-saturation'; readonly factor: number }
  /** Turns the hue by a share of a full turn. */
  | { readonly op: 'float-hue'; readonly by: number }
  /** A Gaussian with 2 radius + 1 taps. */
  | { readonly op: 'float-blur'; readonly sigma: number; readonly radius: number };

/** The shape of an image after a transform. */
export function shapeAfterTransform(transform: Transform, shape: ImageShape): ImageShape {
  const { channels } = shape;
  if (transform.op === 'crop') return { height: transform.height, width: transform.width, channels };
  return transform.op === 'crop-resize' ? { ...transform.to, channels } : shape;
}

/**
 * The image after the transforms, in order; the image itself is not changed. An image that is in floats at the end is
 * rounded to bytes.
 *
 * @param image uint8 `[height, width, channels]`
 * @returns uint8, of the shape that crops and resizes leave
 * @throws Error if `image` does not have the size that `shape` says
 */
export function applyTransforms(image: Uint8Array, shape: ImageShape, transforms: readonly Transform[]): Uint8Array {
  const { height, width, channels } = transforms.reduce(
    (before: ImageShape, transform) => shapeAfterTransform(transform, before),
    shape,
  );
  const size = shape.height * shape.width * shape.channels;
  if (image.length !== size)
    throw new Error(
      `an image of ${shape.height} x ${shape.width} x ${shape.channels} has ${size} bytes, got ${image.length}`,
    );
  const out = new Uint8Array(height * width * channels);
  transformInto(out, 0, (shared ??= createCanvas(shape)), image, 0, shape, transforms);
  return out;
}

/** A canvas remembers nothing of earlier images, and its memory is costly to make. */
let shared: Canvas | undefined;

/** As `applyTransforms`, in the canvas' memory, from the image of a shape at `images[at]` to `out[outAt]`. */
export function transformInto(
  out: Uint8Array,
  outAt: number,
  canvas: Canvas,
  images: Uint8Array,
  at: number,
  shape: ImageShape,
  transforms: readonly Transform[],
): void {
  const image = images.subarray(at, at + shape.height * shape.width * shape.channels);
  canvas.holes = false;
  canvas.inFloats = false;
  const first = transforms[0];
  // Of a large image that is cropped first, only the window is copied.
  const cropped = first?.op === 'crop-resize';
  if (cropped) {
    reshape(canvas, { ...first.from, channels: shape.channels });
    copyWindow(canvas.pixels, image, shape, first.from);
    resize(canvas, first);
  } else {
    reshape(canvas, shape);
    canvas.pixels.set(image);
  }
  for (let i = cropped ? 1 : 0; i < transforms.length; i++) applyTransform(canvas, transforms[i]!);
  toBytes(canvas);
  out.set(canvas.pixels, outAt);
}

type Resize = Extract<Transform, { readonly op: 'crop-resize' }>;

function resize(canvas: Canvas, { to, interpolation, style }: Resize): void {
  if (style === 'torchvision') resample(canvas, to, interpolation);
  else floatResample(canvas, to, interpolation);
}

function applyTransform(canvas: Canvas, transform: Transform): void {
  switch (transform.op) {
    case 'flip':
      return canvas.inFloats ? floatFlip(canvas) : flip(canvas);
    case 'solarize':
      return canvas.inFloats
        ? floatSolarize(canvas, transform.threshold)
        : opaque(canvas, solarize, transform.threshold);
    case 'float-brightness':
      return floatBrightness(toFloats(canvas), transform.by);
    case 'float-contrast':
      return floatContrast(toFloats(canvas), transform.factor);
    case 'float-saturation':
      return floatSaturation(toFloats(canvas), transform.factor);
    case 'float-hue':
      return floatHue(toFloats(canvas), transform.by);
    case 'float-grayscale':
      return floatGrayscale(toFloats(canvas));
    case 'float-blur':
      return floatBlur(toFloats(canvas), transform.sigma, transform.radius);
    default:
      return applyToBytes(toBytes(canvas), transform);
  }
}

type OfBytes = Exclude<Transform, { readonly op: 'flip' | 'solarize' | `float-${string}` }>;

function applyToBytes(canvas: Canvas, transform: OfBytes): void {
  switch (transform.op) {
    case 'crop':
      return crop(canvas, transform);
    case 'crop-resize':
      crop(canvas, transform.from);
      return resize(canvas, transform);
    case 'hue':
      return hue(canvas, transform.by);
    case 'grayscale':
      return grayscale(canvas);
    case 'gaussian-blur':
      return gaussianBlur(canvas, transform.sigma);
    case 'shift':
      return shift(canvas, transform.x, transform.y);
    case 'rotate':
      return affine(canvas, rotation(transform.degrees, canvas.width, canvas.height));
    case 'shear-x':
      return affine(canvas, [1, transform.by, 0, 0, 1, 0]);
    case 'shear-y':
      return affine(canvas, [1, 0, 0, transform.by, 1, 0]);
    case 'translate-x':
      return affine(canvas, [1, 0, transform.by, 0, 1, 0]);
    case 'translate-y':
      return affine(canvas, [1, 0, 0, 0, 1, transform.by]);
    case 'brightness':
      return brightness(canvas, transform.factor);
    case 'contrast':
      return contrast(canvas, transform.factor);
    case 'color':
      return color(canvas, transform.factor);
    case 'sharpness':
      return sharpness(canvas, transform.factor);
    case 'auto-contrast':
      return opaque(canvas, autoContrast);
    case 'equalize':
      return opaque(canvas, equalize);
    case 'posterize':
      return opaque(canvas, posterize, transform.bits);
    case 'fill-uncovered':
      return fillUncovered(canvas, transform.fill);
    case 'fill-rectangle':
      return fillRectangle(canvas, transform);
  }
}

/**
 * The official FixMatch code converts to RGB and back around these operations, which drops the alpha channel: what
 * was uncovered before is from then on part of the image, black or what the operation makes of black
 * (google-research/fixmatch@d4985a15, third_party/auto_augment/augmentations.py).
 */
function opaque<A extends readonly unknown[]>(
  canvas: Canvas,
  operation: (canvas: Canvas, ...args: A) => void,
  ...args: A
): void {
  canvas.holes = false;
  operation(canvas, ...args);
}
