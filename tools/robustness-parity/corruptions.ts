import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { key } from '@spatial-ensemble/random';
import { corrupt, CORRUPTIONS, drawnBy, STYLES, type CorruptionName, type Style } from '@spatial-ensemble/robustness/corruptions'; // prettier-ignore
import { encodeSafetensors, readSafetensors } from '@spatial-ensemble/store';
import type { Side } from '../bench/side.ts';
import { images } from '../parity/pictures.ts';
import type { Row } from './row.ts';

const SIDE = 32;
const SHAPE = { height: SIDE, width: SIDE, channels: 3 };

/** Every corruption at every severity, by the numbers that our keys draw. */
export async function corruptionRows(python: Side, folder: string, pictures: number, only: string): Promise<Row[]> {
  const { data } = images(pictures, SIDE, 'corruptions');
  const size = data.length / pictures;
  const pairs = STYLES.flatMap((style) =>
    CORRUPTIONS.map((kind) => ({ style, kind })).filter(({ kind }) => kind.includes(only)),
  );
  const apart = new Map(pairs.map((pair) => [pair, { most: 0, off: 0, values: 0 }]));
  for (let n = 0; n < pictures; n++) {
    const picture = (data as Uint8Array).slice(n * size, (n + 1) * size);
    const tensors = new Map([['picture', { data: Int32Array.from(picture), shape: [SIDE, SIDE, 3] as readonly number[] }]]); // prettier-ignore
    const all = pairs.flatMap((pair) => [1, 2, 3, 4, 5].map((severity) => ({ ...pair, severity, pair })));
    for (const { style, kind, severity } of all)
      for (const [what, numbers] of Object.entries(
        drawnBy(SHAPE, { style, kind, severity, key: keyOf(n, kind, style, severity) }),
      ))
        // prettier-ignore
        if (numbers.length > 0)
          tensors.set(`${style} ${kind} ${severity} ${what}`, { data: numbers, shape: [numbers.length] } as never);
    const [given, out] = ['given', 'out'].map((name) => join(folder, `${name}.safetensors`)) as [string, string];
    writeFileSync(given, encodeSafetensors(tensors));
    await python.ask({ do: 'corrupt', given, out, kinds: all.map(({ style, kind, severity }) => `${style} ${kind} ${severity}`) }); // prettier-ignore
    const theirs = (await readSafetensors(out)).tensors;
    for (const { style, kind, severity, pair } of all) {
      const ours = corrupt(picture, SHAPE, { style, kind, severity, key: keyOf(n, kind, style, severity) });
      // `!`: python gives all that it was asked for.
      const found = apart.get(pair)!;
      theirs.get(`${style} ${kind} ${severity}`)!.data.forEach((value, i) => {
        const difference = Math.abs(Number(value) - ours[i]!);
        found.most = Math.max(found.most, difference);
        found.off += difference > 0 ? 1 : 0;
        found.values += 1;
      });
    }
  }
  return [...apart].map(([{ style, kind }, { most, off, values }]) => ({
    holds: most <= 1 && values > 0,
    says: `${style} ${kind}: at most ${most} of 255 apart, ${((100 * off) / values).toFixed(2)} % of bytes not equal`,
  }));
}

function keyOf(picture: number, kind: CorruptionName, style: Style, severity: number) {
  return key(12).fold(picture).fold(kind).fold(style).fold(severity);
}
