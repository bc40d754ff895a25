/** Text for a cell of a table. */
export function cell(text: string): string {
  return escaped(text).replaceAll('|', '\\|');
}

/** Outside of code, nothing is a tag or an interpolation of Vue. */
export function escaped(text: string): string {
  return text.replaceAll('<', '&lt;').replaceAll('{{', '&#123;&#123;');
}
