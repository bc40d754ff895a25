import prettyCompact from 'json-stringify-pretty-compact';
import type { TopLevelSpec } from 'vega-lite';

import type { DrawnFigure } from '../blocks.ts';

/** A figure with its files, by their names. */
export interface Drawing {
  readonly figure: DrawnFigure;
  readonly files: readonly (readonly [name: string, content: string | Uint8Array])[];
}

/**
 * Draws a figure: an SVG and its specification, and a PNG where that is asked for.
 *
 * @param stem of its files' names, whatever it holds
 * @param title what it shows, for whom it cannot be seen
 */
export async function drawn(
  stem: string,
  title: string,
  given: TopLevelSpec,
  { png = false }: { readonly png?: boolean | undefined },
): Promise<Drawing> {
  // Loaded where figures are drawn: Vega takes a second, which every other command would wait.
  const { renderPng, renderSvg } = await import('./render.ts');
  const specification = withoutControls(given);
  const name = fileName(stem);
  const image = await renderSvg(specification);
  return {
    figure: { title, svg: `${name}.svg`, specification: `${name}.vl.json`, image },
    files: [
      [`${name}.vl.json`, `${prettyCompact(specification, { maxLength: 160 })}\n`],
      [`${name}.svg`, image],
      ...(png ? [[`${name}.png`, renderPng(image)] as const] : []),
    ],
  };
}

/** Vega makes expressions of titles, in which the end of a line would end the expression. */
function withoutControls(specification: TopLevelSpec): TopLevelSpec {
  return JSON.parse(JSON.stringify(specification), (name, value: unknown) =>
    typeof value === 'string' && name === 'title' ? value.replace(/\p{Cc}+/gu, ' ') : value,
  ) as TopLevelSpec;
}

/** A name from outside as one of a file in the report's own folder, whatever it holds. */
function fileName(name: string): string {
  return name.replace(/[^\w.-]+/g, '-');
}
