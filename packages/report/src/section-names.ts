import type { Plan } from '@spatial-ensemble/record';

import { type Section, trainedOn } from './rows.ts';
import type { Content } from './tabular.ts';
import { capitalised, plain } from './text.ts';

/** What a section is called in the middle of a sentence: text. */
export function sectionWords({ tier, variant }: Section): string {
  return `${variant === null ? '' : `${variant.title}, `}tier ${tier}`;
}

/** The same as Markdown. */
export function settingName({ tier, variant }: Section): string {
  return `${variant === null ? '' : `${plain(variant.title)}, `}tier \`${tier}\``;
}

/** What it is called where nothing stands in front: text. */
export function sectionName(section: Section): string {
  return section.variant === null ? capitalised(sectionWords(section)) : sectionWords(section);
}

/** The same as Markdown. */
export function sectionTitle(section: Section): string {
  return section.variant === null ? capitalised(settingName(section)) : settingName(section);
}

/** Where one of its claims is found there: `labels-40-small-sts-over-tma`. */
export function claimAnchor(section: Section, claim: string): string {
  return `${sectionAnchor(section)}-${claim}`;
}

/** Where a series of one of its factors is found there, the first being 1: `small-factor-preserve-1`. */
export function seriesAnchor(section: Section, factor: string, series: number): string {
  return `${sectionAnchor(section)}-factor-${factor}-${series}`;
}

/** Where one of its failure rates is found there: `small-failures-se-beside-tma`. */
export function failuresAnchor(section: Section, rate: string): string {
  return `${sectionAnchor(section)}-failures-${rate}`;
}

/** Where the gates of its claims are found there: `small-gates`. */
export function gatesAnchor(section: Section): string {
  return `${sectionAnchor(section)}-gates`;
}

/** The beginning of a line of a table to which a link leads: a text in front of which its place stands. */
export function placed(anchor: string, text: string): Content {
  return { markdown: `<a id="${anchor}"></a>${plain(text)}`, words: text };
}

/** Where a section is found in the page of its study: `labels-40-small`. */
export function sectionAnchor({ tier, variant }: Section): string {
  return [...(variant === null ? [] : [variant.name]), tier].join('-');
}

/** Why a section decides nothing, as Markdown; undefined where it may. */
export function wiringText({ wiring }: Section): string | undefined {
  return wiring === undefined ? undefined : `**Wiring:** ${plain(wiring)}`;
}

/** A link to a place in a study's page that says the setting: `[MoCo on CIFAR-10, trained on …, tier small](…)`, in Markdown. */
export function settingLink(plan: Plan, section: Section, place: string, folder = ''): string {
  const setting = [plan.study.title, ...trainedOn(section.rows)].join(', trained on ');
  return `[${plain(setting)}, ${settingName(section)}](${pageOf(plan, folder)}#${place})`;
}

/** Where a study's page lies. */
export function pageOf({ study: { name } }: Plan, folder = ''): string {
  return `${folder}${encodeURI(name)}/index.md`;
}
