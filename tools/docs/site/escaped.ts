/** Text for a cell of a table. */
export function cell(text: string): string {
  return escaped(text).replaceAll('|', '\\|');
}

/** Outside of code, nothing is a tag, an interpolation of Vue, or attributes, as which VitePress reads braces at an end. */
export function escaped(text: string): string {
  return text.replaceAll('<', '&lt;').replaceAll('{', '&#123;').replaceAll('}', '&#125;');
}
