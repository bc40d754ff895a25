import type { Selection } from './selection.ts';

/** Options of the command that `--set` does not reach, and what they are called. */
const OPTIONS: { readonly [key: string]: string } = {
  tier: '--tier',
  seed: '--seed',
  seeds: '--seed',
  arms: '--arm',
  variants: '--variant',
};

/** Keys of `--set` that choose what is run, or say where it ends, and take one value each. */
export const CHOOSING = /^(variant|arm|atStep)=/;

const LARGEST_SEED = 0xffff_ffff;

/**
 * A selection in which `--set variant=epochs-300` and `--set arm=se` select; the rest of `--set` changes what is
 * selected.
 *
 * @throws Error where something is selected twice, a seed is none, or `--set` is given what an option is for.
 */
export function selected(selection: Selection): Selection {
  const { overrides = [], variant, arms, seeds } = selection;
  const [variants, setArms] = [valuesOf('variant', overrides), valuesOf('arm', overrides)];
  for (const [key, option] of Object.entries(OPTIONS)) {
    const [value] = valuesOf(key, overrides);
    if (value !== undefined) throw new Error(`--set ${key}=${value}: it is an option of its own, ${option} ${value}`);
  }
  const [setVariant] = variants;
  const [setArm] = setArms;
  if (setVariant !== undefined) refuseBoth('variant', setVariant, variant);
  if (variants.length > 1)
    throw new Error(`--set variant is given twice, ${variants.join(' and ')}: one command runs one variant`);
  if (setArm !== undefined) refuseBoth('arm', setArm, arms?.join(' --arm '));
  for (const [option, values] of [
    ['arm', arms ?? setArms],
    ['seed', seeds ?? []],
  ] as const) {
    const twice = values.find((value, i) => values.indexOf(value as never) !== i);
    if (twice !== undefined) throw new Error(`--${option} ${twice} is given twice`);
  }
  for (const seed of seeds ?? [])
    if (!Number.isInteger(seed) || seed < 0 || seed > LARGEST_SEED)
      throw new Error(`--seed takes a whole number from 0 to ${LARGEST_SEED}, got ${seed}`);
  return {
    ...selection,
    ...(setVariant !== undefined && { variant: setVariant }),
    ...(setArms.length > 0 && { arms: setArms }),
    ...(selection.overrides && { overrides: overrides.filter((text) => !/^(variant|arm)=/.test(text)) }),
  };
}

function valuesOf(key: string, overrides: readonly string[]): string[] {
  return overrides.flatMap((text) => (text.startsWith(`${key}=`) ? [text.slice(key.length + 1)] : []));
}

function refuseBoth(name: string, bySet: string, byOption: string | undefined): void {
  if (byOption === undefined) return;
  throw new Error(`--set ${name}=${bySet} and --${name} ${byOption} both choose: keep one of them`);
}
