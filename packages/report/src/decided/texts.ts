import { estimateText } from '../claims/gate.ts';
import { trainedOn } from '../rows.ts';
import { sectionWords, settingName } from '../section-names.ts';
import { ABSENT, plain } from '../text.ts';
import type { Setting } from './behind.ts';
import type { DecidedLine, Estimate } from './line.ts';

/** `+0.21 [−0.14, +0.56]` of a difference, `75 % [19 %, 99 %]` of a share; a dash of nothing. */
export function howLargeText(estimate: Estimate | null): string {
  if (estimate === null) return ABSENT;
  const { kind, value, interval } = estimate;
  return kind === 'share'
    ? estimateText(value, interval, (one) => `${one.toFixed(0)} %`)
    : estimateText(value, interval);
}

/** What is asked, and whether after results of it were there. */
export function askedText({ asked, exploratory }: DecidedLine): string {
  return `${asked}${exploratory ? ' (exploratory)' : ''}`;
}

/** Where something is asked: `MoCo on CIFAR-10, tier small, trained on CIFAR-10`. */
export function settingText({ plan, section }: Setting): string {
  return withData(`${plan.study.title}, ${sectionWords(section)}`, trainedOn(section.rows));
}

/** The same in Markdown, with links to the study and to the line in its page, from the folder of all reports. */
export function settingMarkdown({ plan: { study }, section, anchor }: DecidedLine): string {
  const page = `${encodeURI(study.name)}/index.md`;
  const links = `[${plain(study.title)}](${page}), [${settingName(section)}](${page}#${anchor})`;
  return withData(links, trainedOn(section.rows).map(plain));
}

function withData(place: string, data: readonly string[]): string {
  return [place, ...data].join(', trained on ');
}

/** `open`, `closed in fixmatch-small`, `none declared`. */
export function behindText(behind: readonly { readonly text: string }[]): string {
  return behind.map(({ text }) => text).join('; ');
}
