import type { Element, ElementContent } from 'hast';
import { toHtml } from 'hast-util-to-html';
import { h } from 'hastscript';

import type { Block } from '../blocks.ts';
import { facetsOf } from '../facets.ts';
import type { StudyPage } from '../page.ts';
import type { Link } from '../run-links.ts';
import { sectionAnchor, sectionName } from '../section-names.ts';
import { addressIn } from './address.ts';
import { blockElements, type Place } from './blocks.ts';
import { collectEvidence } from './evidence.ts';
import { filtered, filterForm } from './filter.ts';
import { contentPolicy, inlineParts } from './inline-parts.ts';

/** All that reports say, before it has a form. */
export interface Catalogue {
  /** What stands in front: the claims, the list of the studies. */
  readonly index: readonly Block[];
  readonly studies: readonly StudyPage[];
  /** What stands behind them, each with a heading in front, by its Markdown page's name. */
  readonly others: ReadonlyMap<string, readonly Block[]>;
}

/**
 * All reports as one page of HTML that needs nothing beside it: no request is made, and without its script everything
 * can be read. The same bytes for the same reports.
 *
 * @param link the path of a result's file, from the page's folder
 */
export function htmlPage({ index, studies, others }: Catalogue, link: Link): string {
  const parts = inlineParts();
  const places = new Map([
    ['index.md', 'main'],
    ...[...others.keys()].map((name) => [name, placeOf(name)] as const),
    ...studies.map(({ plan }) => [`${plan.study.name}/index.md`, plan.study.name] as const),
  ]);
  const evidence = collectEvidence(link);
  let count = 0;
  const place = (id: string, folder: string, deeper: number, definitions = ''): Place => ({
    id,
    where: '',
    deeper,
    definitions,
    evidence,
    link,
    target: (url) => addressIn(url, folder, places),
    newId: (of) => `${of}-${++count}`,
  });
  const blocks = (all: readonly Block[], where: Place): ElementContent[] =>
    all.flatMap((block) => blockElements(block, where));
  const [title, ...front] = blocks(index, place('main', '', 0));
  const studyParts = studies.map((study) =>
    studyPart(study, place(study.plan.study.name, `${study.plan.study.name}/`, 1, study.definitions)),
  );
  const otherParts = [...others].map(([name, own]) =>
    h('article', { id: placeOf(name) }, blocks(own, place(placeOf(name), '', 1))),
  );
  const facets = studies.flatMap(({ plan, sections }) => sections.map(({ section }) => facetsOf(plan, section)));
  const head = h('head', [
    h('meta', { charSet: 'utf-8' }),
    h('meta', { httpEquiv: 'Content-Security-Policy', content: contentPolicy(parts) }),
    h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    h('title', 'Spatial Ensemble: reports'),
    h('style', parts.style),
  ]);
  const body = h('body', [
    h('a', { className: ['skip'], href: '#main' }, 'Skip to the claims'),
    h('header', [title!, contents(studyParts, otherParts)]),
    h('main', { id: 'main', tabIndex: -1 }, [filterForm(facets), ...front, ...studyParts, ...otherParts]),
    ...evidence.dialogs(),
    h('script', parts.script),
  ]);
  const document = h(null, [{ type: 'doctype' }, h('html', { lang: 'en' }, [head, body])]);
  return toHtml(document, { quoteSmart: true });
}

/** The name of a Markdown page as that of a place: `paper.md` is at `#paper`. */
function placeOf(name: string): string {
  return name.replace(/\.md$/, '');
}

/** Links to articles, by the headings that they begin with. */
function contents(...articles: readonly (readonly Element[])[]): Element {
  const links = articles
    .flat()
    .map(({ properties: { id }, children: [heading] }) =>
      h(
        'li',
        h('a', { href: `#${String(id)}` }, heading !== undefined && 'children' in heading ? heading.children : []),
      ),
    );
  return h('nav', { ariaLabel: 'Contents' }, h('ul', links));
}

/** A study is one article, each of its settings a section, which the filter shows or hides. */
function studyPart({ plan, opening, sections, closing }: StudyPage, place: Place): Element {
  const blocks = (all: readonly Block[], where: string): ElementContent[] =>
    all.flatMap((block) => blockElements(block, { ...place, where }));
  const { name, title } = plan.study;
  return h('article', { id: name }, [
    ...blocks(opening, title),
    ...sections.map(({ section, blocks: own }) =>
      h(
        'section',
        { id: `${name}-${sectionAnchor(section)}`, ...filtered(facetsOf(plan, section)) },
        blocks(own, sectionName(section)),
      ),
    ),
    ...blocks(closing, title),
  ]);
}
