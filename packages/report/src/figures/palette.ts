/**
 * Colours that people with any common colour blindness tell apart, and that keep their contrast on white
 * (Okabe and Ito, "Color Universal Design", 2008; its yellow is left out, being too light for a line).
 */
const BLUE = '#0072B2';
const SKY = '#56B4E9';
const VERMILION = '#D55E00';
const ORANGE = '#E69F00';
const GREEN = '#009E73';
const PURPLE = '#CC79A7';
const GREY = '#767676';
const BLACK = '#222222';

/** An arm keeps its colour in every figure of every report. */
const OF_ARM: Readonly<Record<string, string>> = {
  none: GREY,
  tma: BLUE,
  'tma-effective': SKY,
  se: ORANGE,
  sts: VERMILION,
  supervised: BLACK,
};
const FOR_OTHERS = [GREEN, PURPLE, SKY, ORANGE, GREY, BLUE, VERMILION, BLACK];

/** A colour for each arm; arms without one of their own share out what is left, in order. */
export function armColours(arms: readonly string[]): string[] {
  const own = arms.map((arm) => (Object.hasOwn(OF_ARM, arm) ? OF_ARM[arm] : undefined));
  const free = FOR_OTHERS.filter((colour) => !own.includes(colour));
  let next = 0;
  return own.map((colour) => colour ?? (free.length > 0 ? free[next++ % free.length] : undefined) ?? GREY);
}
