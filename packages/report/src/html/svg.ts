/**
 * An SVG as the address of an image, which holds it whole. Only what an address cannot hold is encoded: it stays
 * readable, and nearly as small as it was.
 */
export function imageUrl(svg: string): string {
  return `data:image/svg+xml;charset=utf-8,${svg.trim().replace(/[%#\r\n\t]/g, encodeURIComponent)}`;
}

/** Its size in px, as it states it; nothing where it states none. */
export function sizeOf(svg: string): { readonly width?: number; readonly height?: number } {
  const [, width, height] = /^<svg\b[^>]*? width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? [];
  return width === undefined || height === undefined ? {} : { width: Number(width), height: Number(height) };
}
