/** For each image 1 where it is told for its class. */
export type Right = ArrayLike<number>;

/** What an attack within an epsilon came to. */
export interface Within {
  readonly epsilon: number;
  readonly right: Right;
}

/** What attacks came to, of the same images. */
export interface Attempts {
  /** Within each epsilon, ascending, by itself. */
  readonly growing: readonly Within[];
  /** Whether the last of them lets an image become any other, so that none should be left. */
  readonly anyOther: boolean;
  /** The worst of the attacks that ask for gradients. */
  readonly whiteBox: Right;
  /** An attack that does not; absent: none was made. */
  readonly blackBox?: Right;
  /** One step along the gradient. */
  readonly oneStep: Right;
  /** Several steps, and more of the same. */
  readonly few: Right;
  readonly many: Right;
  /** Mean loss at shares of epsilon, ascending from 0: along the sign of the gradient, and along a random one. */
  readonly along: readonly { readonly share: number; readonly gradient: number; readonly random: number }[];
}

/** A sign of masked gradients, looked for. */
export interface Sign {
  readonly name: 'growing-epsilon' | 'black-box' | 'one-step' | 'more-steps' | 'loss-along-gradient';
  /** Whether it is there, so that no attack's number can be believed. */
  readonly shown: boolean;
  /** What would be one. */
  readonly would: string;
}

const WOULD: { readonly [name in Sign['name']]: string } = {
  'growing-epsilon': 'accuracy rises with epsilon, or does not fall to 0',
  'black-box': 'the attack without gradients is the stronger one',
  'one-step': 'one step is the stronger attack',
  'more-steps': 'fewer steps are the stronger attack',
  'loss-along-gradient': 'the loss does not rise along the gradient',
};

/** A difference of so little chance is none of luck. */
const CHANCE = 0.01;

/**
 * The signs of masked gradients that Carlini et al. 2019 (section 5) and Athalye et al. 2018 (section 3.1) ask for. What
 * should not be but can be by luck (an attack with more steps that fools fewer images) is a sign where its chance is
 * below 1 %, by the exact test of pairs.
 */
export function signsOfMasking(attempts: Attempts): Sign[] {
  return found(attempts).map((sign) => ({ ...sign, would: WOULD[sign.name] }));
}

function found(attempts: Attempts): Omit<Sign, 'would'>[] {
  const { growing, anyOther, whiteBox, blackBox, oneStep, few, many, along } = attempts;
  const last = anyOther ? cumulative(growing).at(-1) : undefined;
  // Where an image could become any other, an attack can fail of itself (`cumulative`).
  const compared = anyOther ? growing.slice(0, -1) : growing;
  const rising = compared.some(({ right }, i) => i > 0 && weaker(right, compared[i - 1]!.right));
  const first = along.find(({ share }) => share > 0);
  const start = along[0];
  // At a share of 0 both are the image itself, looked at twice.
  const rises = first !== undefined && start !== undefined && first.gradient > start.gradient && along.every(({ share, gradient, random }) => share === 0 || share > 1 || gradient >= random); // prettier-ignore
  return [
    { name: 'growing-epsilon', shown: (last !== undefined && count(last.right) > 0) || rising },
    ...(blackBox === undefined ? [] : [{ name: 'black-box', shown: weaker(whiteBox, blackBox) } as const]),
    { name: 'one-step', shown: weaker(few, oneStep) },
    { name: 'more-steps', shown: weaker(many, few) },
    { name: 'loss-along-gradient', shown: !rises },
  ];
}

/**
 * What is left within each epsilon by the attacks within it and all smaller ones, for what fools within a smaller epsilon
 * does so within a larger. Within the whole range alone an attack was seen to fail of itself (experiments/README.md,
 * "Pilots"): steps that far come to what may be told for the image's own class with a probability of 1, and no gradient.
 *
 * @param growing by ascending epsilon
 */
export function cumulative(growing: readonly Within[]): Within[] {
  let left: Right | undefined;
  return growing.map(({ epsilon, right }) => {
    const before = left;
    left = before === undefined ? right : Array.from(right, (one, i) => one * before[i]!);
    return { epsilon, right: left };
  });
}

/** That what should be the stronger attack leaves more images right than the other, by more than luck. */
function weaker(stronger: Right, other: Right): boolean {
  return better(other, stronger) < CHANCE;
}

/**
 * How probable it is that at least so many more images are right in `b` than in `a`, were both attacks alike: the exact
 * one-sided test of pairs (McNemar), from the images that are right in one of them alone.
 */
export function better(a: Right, b: Right): number {
  const [more, fewer] = discordant(a, b);
  const n = more + fewer;
  // P(X ≥ more), X binomial of n halves.
  let term = 2 ** -n;
  if (term === 0) return normalTail((more - n / 2 - 0.5) / (Math.sqrt(n) / 2));
  let below = 0;
  for (let k = 0; k < more; k++) {
    below += term;
    term = (term * (n - k)) / (k + 1);
  }
  return Math.max(0, 1 - below);
}

/** Images that are right in `b` alone, and in `a` alone. */
function discordant(a: Right, b: Right): readonly [more: number, fewer: number] {
  let [more, fewer] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    if (b[i] === 1 && a[i] === 0) more += 1;
    if (a[i] === 1 && b[i] === 0) fewer += 1;
  }
  return [more, fewer];
}

/** P(Z > z), to 1.5e-7 (Abramowitz & Stegun 7.1.26). */
function normalTail(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const polynomial = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const tail = (polynomial * Math.exp(-x * x)) / 2;
  return z >= 0 ? tail : 1 - tail;
}

/** How many are right. */
export function count(right: Right): number {
  let sum = 0;
  for (let i = 0; i < right.length; i++) sum += right[i] === 1 ? 1 : 0;
  return sum;
}
