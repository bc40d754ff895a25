import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { key } from '@spatial-ensemble/random';
import { corrupt, CORRUPTIONS, drawnBy, STYLES, type CorruptionName, type Style } from '@spatial-ensemble/robustness/corruptions'; // prettier-ignore
import { encodeSafetensors, readSafetensors } from '@spatial-ensemble/store';
import type { Side } from '../bench/side.ts';
import { images } from '../parity/pictures.ts';
import type { Row } from './row.ts';

/** The pixels that a style is for. */
const SIDES: { readonly [style in Style]: number } = { cifar: 32, imagenet: 224 };

const PAIRS = STYLES.flatMap((style) => CORRUPTIONS.map((kind) => ({ style, kind, title: `${style} ${kind}` })));

/** The names of what is compared. */
export const CORRUPTION_TITLES = PAIRS.map(({ title }) => title);

/** Every corruption at every severity, by the numbers that our keys draw, of pictures of the size that a style is for. */
export async function corruptionRows(python: Side, folder: string, pictures: number, only: string): Promise<Row[]> {
  const pairs = PAIRS.filter(({ title }) => title.includes(only));
  const apart = new Map(pairs.map((pair) => [pair, { most: 0, off: 0, values: 0 }]));
  for (const style of STYLES) {
    const side = SIDES[style];
    const shape = { height: side, width: side, channels: 3 };
    const { data } = images(pictures, side, 'corruptions');
    const all = pairs.filter((pair) => pair.style === style).flatMap((pair) => [1, 2, 3, 4, 5].map((severity) => ({ ...pair, severity, pair }))); // prettier-ignore
    for (let n = 0; n < pictures; n++) {
      const picture = (data as Uint8Array).slice((n * data.length) / pictures, ((n + 1) * data.length) / pictures);
      // One at a time: the drawn numbers of 85 pictures of 224 pixels would be 100 MB of one file.
      for (const { kind, severity, pair } of all) {
        const how = { style, kind, severity, key: keyOf(n, kind, style, severity) };
        const name = `${style} ${kind} ${severity}`;
        const theirs = await theirsOf(python, folder, name, { picture, side, drawn: drawnBy(shape, how) });
        const ours = corrupt(picture, shape, how);
        // `!`: it has every pair.
        const found = apart.get(pair)!;
        ours.forEach((value, i) => {
          const difference = Math.abs(Number(theirs[i]) - value);
          found.most = Math.max(found.most, difference);
          found.off += difference > 0 ? 1 : 0;
          found.values += 1;
        });
      }
    }
  }
  return [...apart].map(([{ style, title }, { most, off, values }]) => ({
    holds: most <= 1 && values > 0,
    says: `${title}, ${SIDES[style]} pixels: at most ${most} of 255 apart, ${((100 * off) / values).toFixed(2)} % of bytes not equal`,
  }));
}

/** What imagecorruptions makes of a picture, given the same numbers. */
async function theirsOf(
  python: Side,
  folder: string,
  name: string,
  { picture, side, drawn }: { readonly picture: Uint8Array; readonly side: number; readonly drawn: ReturnType<typeof drawnBy> }, // prettier-ignore
): Promise<ArrayLike<number | bigint>> {
  const tensors = new Map<string, object>([['picture', { data: Int32Array.from(picture), shape: [side, side, 3] }]]);
  for (const [what, numbers] of Object.entries(drawn))
    if (numbers.length > 0) tensors.set(`${name} ${what}`, { data: numbers, shape: [numbers.length] });
  const [given, out] = ['given', 'out'].map((file) => join(folder, `${file}.safetensors`)) as [string, string];
  writeFileSync(given, encodeSafetensors(tensors as never));
  await python.ask({ do: 'corrupt', given, out, kinds: [name] });
  // `!`: python gives what it was asked for.
  return (await readSafetensors(out)).tensors.get(name)!.data;
}

function keyOf(picture: number, kind: CorruptionName, style: Style, severity: number) {
  return key(12).fold(picture).fold(kind).fold(style).fold(severity);
}
