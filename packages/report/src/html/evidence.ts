import { shortIdentity } from '@spatial-ensemble/record';
import type { Element } from 'hast';
import { h } from 'hastscript';

import { arithmeticKey, arithmeticText } from '../arithmetic.ts';
import type { Link } from '../run-links.ts';
import type { PlacedResult } from '../states.ts';
import { count, seedsText } from '../text.ts';
import { commandOf } from './command.ts';
import { runLink } from './run-link.ts';

/** Shows what a number rests on. The dialogs are collected while a page is made, each once. */
export interface Evidence {
  /** A button that opens what a text rests on. */
  button(text: string, on: readonly PlacedResult[]): Element;
  /** All dialogs that buttons open, in the order of their first use. */
  dialogs(): Element[];
}

/** @param link the path of a result's file, from the page */
export function collectEvidence(link: Link): Evidence {
  const places = new Map<string, readonly PlacedResult[]>();
  return {
    button: (text, on) => {
      const runs = [...new Map(on.map((run) => [placeKey(run), run])).values()];
      const key = JSON.stringify(runs.map(placeKey));
      places.set(key, places.get(key) ?? runs);
      const id = idOf([...places.keys()].indexOf(key));
      return h('button', { type: 'button', popoverTarget: id, ariaHasPopup: 'dialog' }, text);
    },
    dialogs: () => [...places.values()].map((runs, i) => dialog(idOf(i), runs, link)),
  };
}

function idOf(place: number): string {
  return `evidence-${place + 1}`;
}

function placeKey({ study, planned, result }: PlacedResult): string {
  const { tier, variant, arm, seed, evaluation } = planned;
  return JSON.stringify([study, tier, variant, arm, seed, evaluation, result.identity]);
}

/**
 * A dialog that opens, takes the focus, closes at Escape and gives the focus back without a script: what the browser
 * does for a popover.
 */
function dialog(id: string, runs: readonly PlacedResult[], link: Link): Element {
  const title = `${id}-title`;
  return h('dialog', { id, popover: 'auto', ariaLabelledBy: [title] }, [
    h('h2', { id: title }, 'What this rests on'),
    h('button', { type: 'button', popoverTarget: id, popoverTargetAction: 'hide', autoFocus: true }, 'Close'),
    ...groups(runs).map((group) => groupPart(group, link)),
  ]);
}

type Group = readonly [PlacedResult, ...PlacedResult[]];

/** What one command makes again. */
function groups(runs: readonly PlacedResult[]): Group[] {
  const found = new Map<string, [PlacedResult, ...PlacedResult[]]>();
  for (const run of runs) {
    const { tier, variant, arm, evaluation, overrides } = run.planned;
    const key = JSON.stringify([run.study, tier, variant, arm, evaluation, overrides, arithmeticKey(run.result.run.arithmetic)]); // prettier-ignore
    const group = found.get(key);
    if (group === undefined) found.set(key, [run]);
    else group.push(run);
  }
  return [...found.values()];
}

function groupPart(group: Group, link: Link): Element {
  const [{ study, planned, result, title, standing }] = group;
  const { tier, variant, evaluation } = planned;
  const seeds = [...new Set(group.map((run) => run.planned.seed))];
  return h('section', [
    h('h3', [title, evaluation].filter((part) => part !== undefined).join(': ')),
    h('dl', [
      ...described('study', [study, ...(variant === undefined ? [] : [variant]), `tier ${tier}`].join(', ')),
      ...described('method', `${result.run.method.name} version ${result.run.method.version}`),
      ...described('arithmetic', arithmeticText(result.run.arithmetic)),
      ...described('seeds', seedsText(seeds)),
      // What is stale cannot be made again: the command gives what took its place.
      ...described(standing.startsWith('stale') ? 'in its place now' : 'made again by', h('code', commandOf(group))),
      ...described(
        'runs',
        h(
          'ul',
          group.map((run) => runLine(run, link)),
        ),
      ),
    ]),
  ]);
}

function described(term: string, description: string | Element): Element[] {
  return [h('dt', term), h('dd', description)];
}

function runLine(run: PlacedResult, link: Link): Element {
  const { planned, result, info } = run;
  const parts = [
    `${count(result.steps.done)} steps`,
    ...(run.standing === 'complete' ? [] : [run.standing]),
    ...(info?.commit ? [`commit ${info.commit.slice(0, 10)}`] : []),
    ...(result.run.segments ?? []).map(
      ({ run: origin, until, arithmetic }) =>
        `goes on from ${shortIdentity(origin)} at step ${count(until)} (${arithmeticText(arithmetic)})`,
    ),
  ];
  return h('li', [`seed ${planned.seed}: `, runLink(run, link(run)), `, ${parts.join(', ')}`]);
}
