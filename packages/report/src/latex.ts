import type { Content, Table } from './tabular.ts';

const SPECIAL: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  '&': '\\&',
  '%': '\\%',
  $: '\\$',
  '#': '\\#',
  _: '\\_',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  // After the end of a line LaTeX takes a bracket for an argument.
  '[': '{[}',
  ']': '{]}',
  '<': '$<$',
  '>': '$>$',
  '±': '$\\pm$',
  '−': '$-$',
  '·': '$\\cdot$',
  '–': '--',
  '≥': '$\\geq$',
  '≤': '$\\leq$',
  μ: '$\\mu$',
  τ: '$\\tau$',
};

/** Text that LaTeX sets letter for letter. */
function latexText(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\{}&%$#_~^[\]<>±−·–≥≤μτ]/g, (letter) => SPECIAL[letter] ?? letter);
}

/**
 * A table for a paper: `tabular` with the lines of `booktabs`, under a comment that says what it is. Columns of links
 * without words, which paper has no use for, are left out.
 */
export function latex(what: string, { columns, lines }: Table): string {
  const kept = columns.map(
    ({ title }, i) => textOf(title) !== null && lines.every(({ cells }) => textOf(cells[i]) !== null),
  );
  const row = (cells: readonly Content[]): string =>
    `${cells.flatMap((cell, i) => (kept[i] === true ? [latexText(textOf(cell) ?? '')] : [])).join(' & ')} \\\\`;
  const aligned = columns.flatMap(({ align }, i) => (kept[i] === true ? [align] : [])).join('');
  return [
    `% ${what.replace(/\s+/g, ' ')}. Generated from results; needs \\usepackage{booktabs}.`,
    `\\begin{tabular}{${aligned}}`,
    '\\toprule',
    row(columns.map(({ title }) => title)),
    '\\midrule',
    ...lines.map(({ cells }) => row(cells)),
    '\\bottomrule',
    '\\end{tabular}',
  ].join('\n');
}

function textOf(content: Content | undefined): string | null {
  if (content === undefined || typeof content === 'string') return content ?? null;
  if ('text' in content) return content.text;
  return ('markdown' in content ? content.words : undefined) ?? null;
}
