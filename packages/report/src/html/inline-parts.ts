import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** A file of the folder `page` of this package, as it is put into the page. */
function partOf(name: string): string {
  return readFileSync(new URL(`../../page/${name}`, import.meta.url), 'utf8');
}

/** What is the same on every page: how it looks, and what filters it. */
export function inlineParts(): { readonly style: string; readonly script: string } {
  return { style: partOf('style.css'), script: partOf('script.js') };
}

/** A policy under which a page can load nothing, and runs these two parts and no others. */
export function contentPolicy({ style, script }: { readonly style: string; readonly script: string }): string {
  return [
    "default-src 'none'",
    'img-src data:',
    `style-src ${hashOf(style)}`,
    `script-src ${hashOf(script)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
