import { textWidth } from './fonts.ts';

/**
 * How much wider a text may come out where none of `FONT_STACK` is installed: DejaVu Sans Bold, the widest of the
 * usual substitutes, against Arimo Bold.
 */
export const SUBSTITUTE = 1.2;

/** A bold title in lines that stay within a width, in px, even in a substitute's letters; a word is never cut. */
export function wrap(text: string, width: number, fontSize: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && textWidth(longer, fontSize, 'bold') * SUBSTITUTE > width) lines.push(word);
    else lines.splice(-1, 1, longer);
  }
  return lines;
}
