import { Resvg } from '@resvg/resvg-js';
import * as vega from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';

import { FONT_FILES, textWidth } from './fonts.ts';

/** Exported by vega, but missing from its types. */
const { textMetrics } = vega as unknown as {
  textMetrics: { width(item: { fontSize?: number; fontWeight?: string | number }, text: string): number };
};

/**
 * The SVG of a Vega-Lite specification, the same bytes on every machine: text is measured with the font's own widths
 * (without a canvas Vega guesses 0.8 em a letter, and with one it depends on the machine), identifiers are counted
 * from zero, and coordinates are rounded to hundredths of a pixel.
 */
export async function renderSvg(spec: TopLevelSpec): Promise<string> {
  const before = textMetrics.width;
  textMetrics.width = ({ fontSize = 11, fontWeight = 'normal' }, text) =>
    textWidth(text, fontSize, fontWeight === 'bold' || Number(fontWeight) >= 600 ? 'bold' : 'normal');
  try {
    vega.resetSVGDefIds();
    const view = new vega.View(vega.parse(compile(spec).spec), { renderer: 'none', logLevel: vega.Warn });
    const svg = await view.toSVG();
    view.finalize();
    return `${roundCoordinates(svg)}\n`;
  } finally {
    textMetrics.width = before;
  }
}

/** A PNG of an SVG, `scale` device pixels a px, drawn with the font shipped in the package. */
export function renderPng(svg: string, scale = 2): Uint8Array {
  const image = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: scale },
    font: { loadSystemFonts: false, fontFiles: Object.values(FONT_FILES), defaultFontFamily: 'Arimo' },
  });
  return image.render().asPng();
}

/** Rounds numbers inside the attributes that hold coordinates; texts and labels keep theirs. */
function roundCoordinates(svg: string): string {
  return svg.replace(
    / (d|transform|x|y|x1|x2|y1|y2|width|height|viewBox|r)="([^"]*)"/g,
    (_all, name: string, value: string) => {
      const rounded = value.replace(/-?\d+\.\d+(e-?\d+)?/g, (number) => String(Number(Number(number).toFixed(2))));
      return ` ${name}="${rounded}"`;
    },
  );
}
