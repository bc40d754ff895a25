import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import { parse, type Font } from 'opentype.js';

/**
 * Arial and its free twins: Arimo and Liberation Sans have Arial's widths by design, so a figure laid out with Arimo's
 * measures fits wherever it is shown.
 */
export const FONT_STACK = 'Arial, Arimo, Liberation Sans, Helvetica, sans-serif';

const require = createRequire(import.meta.url);

/** Files of Arimo (SIL Open Font License), regular and bold. */
export const FONT_FILES = {
  normal: require.resolve('@expo-google-fonts/arimo/400Regular/Arimo_400Regular.ttf'),
  bold: require.resolve('@expo-google-fonts/arimo/700Bold/Arimo_700Bold.ttf'),
} as const;

type Weight = keyof typeof FONT_FILES;
const loaded = new Map<Weight, Font>();

/** Width of a line of text in px. */
export function textWidth(text: string, fontSize: number, weight: Weight = 'normal'): number {
  let font = loaded.get(weight);
  if (font === undefined) {
    const bytes = readFileSync(FONT_FILES[weight]);
    font = parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer);
    loaded.set(weight, font);
  }
  return font.getAdvanceWidth(text, fontSize);
}

/** Width of the widest of some texts in px; at least 1. */
export function widest(texts: readonly string[], fontSize: number, weight: Weight = 'normal'): number {
  return Math.max(1, ...texts.map((text) => textWidth(text, fontSize, weight)));
}
