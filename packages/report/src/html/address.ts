/**
 * Where a link of one of the Markdown pages leads, in the one page that holds them all: pages that are a part of it
 * become places in it, other files are found from its own folder.
 *
 * @param url as the Markdown page has it
 * @param folder of that page, from the one page's folder: `quickstart/`, or empty
 * @param places of pages, by their path from the one page's folder
 * @returns `#` where it is an address of another kind than http(s), which a page has no use for
 */
export function addressIn(url: string, folder: string, places: ReadonlyMap<string, string>): string {
  if (/^[a-z][\w+.-]*:/i.test(url)) return /^https?:/i.test(url) ? url : '#';
  const [path = '', fragment] = url.split('#') as [string, string?];
  const found = resolved(`${folder}${path}`);
  const place = places.get(found);
  if (place === undefined) return [found, ...(fragment === undefined ? [] : [fragment])].join('#');
  return `#${[place, ...(fragment === undefined ? [] : [fragment])].join('-')}`;
}

/** Without the parts that lead back. */
function resolved(path: string): string {
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..' && kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else if (part !== '.') kept.push(part);
  }
  return kept.join('/');
}
