import type { Json, JsonObject, Plan } from '@spatial-ensemble/record';

import { declaredSettings, type Settings } from './declared.ts';
import type { Row, Section } from './rows.ts';
import type { Block } from './blocks.ts';
import { table } from './tabular.ts';
import { ABSENT, code } from './text.ts';

/**
 * The settings that are not the same for all arms of a section, an arm a line, with a sentence on where they were read.
 * From the runs, which hold every setting; as declared, where an arm has no run. Null where nothing differs.
 */
export function differingBlocks(plan: Plan, section: Section): readonly Block[] | null {
  const { rows } = section;
  const run = rows.every(({ shown }) => shown.length > 0);
  const arms = rows.map((row) => {
    const { spec, data } = (run ? ran(row) : undefined) ?? declaredSettings(plan, section, row.name);
    return { row, settings: new Map([...settingsOf(spec), ...settingsOf(data, 'data')]) };
  });
  const keys = [...new Set(arms.flatMap(({ settings }) => [...settings.keys()]))]
    .filter((key) => new Set(arms.map(({ settings }) => settings.get(key))).size > 1)
    .toSorted((a, b) => (place(a) < place(b) ? -1 : 1));
  if (keys.length === 0) return null;
  return [
    table('What differs between the arms', arms, [
      ['arm', 'l', ({ row }) => row.arm.title],
      ...keys.map((key) => [{ markdown: code(key) }, 'l', ({ settings }: (typeof arms)[number]) => settings.get(key) ?? ABSENT] as const), // prettier-ignore
    ]),
    run
      ? 'All other settings of their specs and data are the same.'
      : 'As declared; where nothing is declared, the method’s own value holds.',
  ];
}

/** By their paths; a kind stands in front of what belongs to it. */
function place(key: string): string {
  return key.replace(/(^|\.)kind$/, '$1');
}

function ran({ shown: [first] }: Row): Settings | undefined {
  if (first === undefined) return undefined;
  const { spec, data } = first.result.run;
  return { spec, data: data.declared };
}

/** Each setting by its path, `teacher.momentum`, as a table prints it. Objects are gone into, but for schedules. */
function settingsOf(node: JsonObject, above = ''): [path: string, text: string][] {
  return Object.entries(node).flatMap(([key, value]) => {
    const path = above === '' ? key : `${above}.${key}`;
    return isObject(value) && scheduleText(value) === null ? settingsOf(value, path) : [[path, valueText(value)]];
  });
}

function valueText(value: Json): string {
  if (typeof value === 'number') return String(Number(value.toPrecision(6)));
  if (typeof value === 'string') return value;
  return (isObject(value) ? scheduleText(value) : null) ?? JSON.stringify(value);
}

/** `cosine 0.99` of a kind with one number, `0.99` of a constant; null of anything else. */
function scheduleText(node: JsonObject): string | null {
  const { kind, value, ...rest } = node;
  if (typeof kind !== 'string' || typeof value !== 'number' || Object.keys(rest).length > 0) return null;
  return kind === 'constant' ? valueText(value) : `${kind} ${valueText(value)}`;
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
