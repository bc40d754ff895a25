import { meant } from './nearest.ts';
import { LONGEST_SIDE } from './canvas.ts';
import { shapeAfter, type SourceShape } from './shape.ts';
import type { AugmentSpec, AugmentStep } from './spec.ts';

type Problem = string | undefined;
type Check = (value: unknown, shape: SourceShape) => Problem;

interface StepRules {
  readonly required: { readonly [option: string]: Check };
  readonly optional?: { readonly [option: string]: Check };
  readonly exactlyOneOf?: readonly string[];
}

const RULES: { readonly [op in AugmentStep['op']]: StepRules } = {
  flip: { required: { p: probability } },
  shift: { required: { max: shiftDistance, mode: oneOf('reflect') } },
  randaugment: { required: { variant: oneOf('fm-code', 'paper-range') } },
  cutout: {
    required: {},
    optional: { size: cutoutSize, fraction: fractions, fill },
    exactlyOneOf: ['size', 'fraction'],
  },
  'random-resized-crop': {
    required: { size: pixels, scale: shares, ratio: ratios, interpolation, style },
  },
  'color-jitter': {
    required: {
      p: probability,
      brightness: strength,
      contrast: strength,
      saturation: strength,
      hue: hueStrength,
      style,
    },
  },
  grayscale: { required: { p: probability, style } },
  'gaussian-blur': { required: { p: probability, sigma: deviations, style }, optional: { kernel: taps } },
  solarize: { required: { p: probability, threshold } },
  resize: { required: { size: pixels, interpolation } },
  'center-crop': { required: { size: cropSize } },
  'resized-center-crop': { required: { size: pixels, share, interpolation } },
};

/**
 * Checks an augmentation from a file or a command line, for a source's images.
 *
 * @throws Error that names the step and what to write instead
 */
export function checkAugment(spec: unknown, source: SourceShape): asserts spec is AugmentSpec {
  if (!Array.isArray(spec))
    throw new Error(`an augmentation is a list of steps such as { op: 'flip', p: 0.5 }, got ${show(spec)}`);
  let shape = source;
  spec.forEach((step: unknown, i) => {
    const problem = problemOfStep(step, shape);
    if (problem) throw new Error(`augmentation step ${i + 1}, ${show(step)}: ${problem}`);
    shape = shapeAfter(step as AugmentStep, shape);
  });
}

function problemOfStep(step: unknown, shape: SourceShape): Problem {
  if (typeof step !== 'object' || step === null) return 'a step is an object with the name of its operation in `op`';
  const { op, ...options } = step as { readonly [option: string]: unknown };
  if (typeof op !== 'string' || !Object.hasOwn(RULES, op))
    return `there is no operation ${show(op)}.${meant(op, Object.keys(RULES))} There are ${Object.keys(RULES).join(', ')}`;
  const { required, optional = {}, exactlyOneOf } = RULES[op as AugmentStep['op']];
  const known = { ...required, ...optional };
  for (const [option, value] of Object.entries(options)) {
    const check = Object.hasOwn(known, option) ? known[option] : undefined;
    if (!check)
      return `${op} has no option \`${option}\`.${meant(option, Object.keys(known))} It has ${Object.keys(known).join(', ')}`;
    const problem = check(value, shape);
    if (problem) return `\`${option}\` must be ${problem}, got ${show(value)}`;
  }
  for (const option of Object.keys(required)) if (!(option in options)) return `${op} needs \`${option}\``;
  if (op === 'gaussian-blur' && 'kernel' in options && options['style'] !== 'deepmind')
    return '`kernel` belongs to the style `deepmind`; the other has three box blurs';
  if (exactlyOneOf && exactlyOneOf.filter((option) => option in options).length !== 1)
    return `${op} needs either ${exactlyOneOf.map((option) => `\`${option}\``).join(' or ')}`;
  return undefined;
}

function probability(value: unknown): Problem {
  return isNumber(value) && value >= 0 && value <= 1 ? undefined : 'a probability in [0, 1]';
}

function shiftDistance(value: unknown, { height, width }: SourceShape): Problem {
  if (height === undefined || width === undefined)
    return 'after a step that makes the images one size, such as random-resized-crop';
  const most = Math.min(height, width) - 1;
  return isWhole(value) && value >= 0 && value <= most
    ? undefined
    : `a whole number of pixels from 0 to ${most}, the most that ${height} x ${width} pixels can be mirrored by`;
}

function cutoutSize(value: unknown, { height, width, resizedTo }: SourceShape): Problem {
  const most = height === undefined || width === undefined ? resizedTo : Math.min(height, width);
  if (isWhole(value) && value >= 1 && value <= (most ?? LONGEST_SIDE)) return undefined;
  return `a whole number of pixels from 1 to ${most ?? LONGEST_SIDE}${most === undefined ? '' : ', the shorter side of the image'}`;
}

function fractions(value: unknown): Problem {
  return isRange(value, 0, 1) ? undefined : 'two shares of the width, [from, to], the smaller first, in [0, 1]';
}

/** One pixel is a colour and no image. */
function pixels(value: unknown): Problem {
  return isWhole(value) && value >= 2 && value <= LONGEST_SIDE
    ? undefined
    : `a whole number of pixels from 2 to ${LONGEST_SIDE}`;
}

/** A crop that reaches beyond a small image is padded; one that is larger than the resize before it is a mistake. */
function cropSize(value: unknown, { resizedTo }: SourceShape): Problem {
  if (resizedTo === undefined || !isWhole(value) || value <= resizedTo) return pixels(value);
  return `a whole number of pixels from 2 to ${resizedTo}, the shorter side after the resize before it`;
}

function shares(value: unknown): Problem {
  return isRange(value, Number.MIN_VALUE, 1)
    ? undefined
    : 'two shares of the area, [from, to], the smaller first, above 0 and up to 1';
}

function ratios(value: unknown): Problem {
  return isRange(value, Number.MIN_VALUE, Number.MAX_VALUE)
    ? undefined
    : 'two ratios of width to height, [from, to], the smaller first, above 0';
}

function share(value: unknown): Problem {
  return isNumber(value) && value > 0 && value <= 1 ? undefined : 'a share of the shorter side, above 0 and up to 1';
}

function deviations(value: unknown): Problem {
  return isRange(value, 0.01, 100)
    ? undefined
    : 'two standard deviations in pixels, [from, to], the smaller first, from 0.01 to 100';
}

function taps(value: unknown): Problem {
  return isWhole(value) && value >= 1 && value % 2 === 1 ? undefined : 'an odd number of taps, at least 1';
}

function strength(value: unknown): Problem {
  return isNumber(value) && value >= 0 && value < Infinity ? undefined : 'a strength, 0 or above';
}

function hueStrength(value: unknown): Problem {
  return isNumber(value) && value >= 0 && value <= 0.5 ? undefined : 'a share of a full turn, from 0 to 0.5';
}

function threshold(value: unknown): Problem {
  return isNumber(value) && value >= 0 && value <= 256 ? undefined : 'a grey level from 0 to 256';
}

function fill(value: unknown, { channels }: SourceShape): Problem {
  const levels = Array.isArray(value) && channels === 3 ? (value as readonly unknown[]) : [value, value, value];
  const fine = levels.length === 3 && levels.every((level) => isWhole(level) && level >= 0 && level <= 255);
  return fine ? undefined : `a grey level from 0 to 255${channels === 3 ? ', or three' : ''}`;
}

function oneOf(...names: readonly string[]): Check {
  return (value) => (names.includes(value as string) ? undefined : names.map((name) => `'${name}'`).join(' or '));
}

function interpolation(value: unknown, shape: SourceShape): Problem {
  return oneOf('bilinear', 'bicubic')(value, shape);
}

function style(value: unknown, shape: SourceShape): Problem {
  return oneOf('torchvision', 'deepmind')(value, shape);
}

function isRange(value: unknown, least: number, most: number): boolean {
  const [from, to] = Array.isArray(value) && value.length === 2 ? (value as readonly unknown[]) : [];
  return isNumber(from) && isNumber(to) && from >= least && from <= to && to <= most;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function isWhole(value: unknown): value is number {
  return Number.isInteger(value);
}

function show(value: unknown): string {
  return typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
}
