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

/** An arm keeps its colour in every figure of every report; no other arm has it anywhere. */
const OF_ARM: Readonly<Record<string, string>> = {
  none: GREY,
  tma: BLUE,
  'tma-effective': SKY,
  se: ORANGE,
  sts: VERMILION,
  supervised: BLACK,
};

/** For all others, in the order in which their study declares them; the later ones are of Tol's scheme "muted" (2021). */
const FOR_OTHERS = [GREEN, PURPLE, '#332288', '#882255', '#999933', '#44AA99', '#117733', '#AA4499', '#8C510A'];

/**
 * A colour for each arm of a study, none twice. Give all the study's arms, also those that a figure leaves out, so that
 * an arm has one colour in all its figures.
 */
export function armColours(arms: readonly string[]): ReadonlyMap<string, string> {
  let next = 0;
  return new Map(
    arms.map((arm) => [arm, (Object.hasOwn(OF_ARM, arm) ? OF_ARM[arm] : undefined) ?? other(next++)] as const),
  );
}

function other(n: number): string {
  const colour = FOR_OTHERS[n % FOR_OTHERS.length] ?? BLACK;
  // A study of more arms than there are colours gets darker ones.
  const share = 0.6 ** Math.floor(n / FOR_OTHERS.length);
  const channel = (at: number): string =>
    Math.round(Number.parseInt(colour.slice(at, at + 2), 16) * share)
      .toString(16)
      .padStart(2, '0');
  return share === 1 ? colour : `#${channel(1)}${channel(3)}${channel(5)}`;
}
