/** `npm run docs`: builds the documentation site from the repository into `.tmp/docs/site`, and checks its links. */
import { join } from 'node:path';
import { WORK } from './outline.ts';
import { buildSite } from './build.ts';

const { pages, links } = await buildSite();
console.log(`${pages} pages in ${join(WORK, 'site')}; ${links} links, none of them dead`);
