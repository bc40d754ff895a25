import { sizeText } from '@spatial-ensemble/files';
import { shortIdentity } from '@spatial-ensemble/record';
import { arithmeticText } from '@spatial-ensemble/report';
import type { z } from 'zod';
import { measuresText } from '../measures-text.ts';
import type { Shown } from './formats.ts';
import { commandOf } from './command-of.ts';
import { type Inventory, type KnownRun, placeText } from './inventory.ts';
import { entryOf, stateText } from './list.ts';

/** All that a store knows of a run. */
export function shownRun({ plans }: Inventory, run: KnownRun): z.infer<typeof Shown> {
  const { stored } = run;
  const commands = run.places
    .filter(({ current }) => current)
    .map(({ study, planned }) =>
      commandOf(plans.find((plan) => plan.study.name === study)!.study, planned, stored?.result.run),
    );
  return {
    format: 'spatial-ensemble/show-1',
    ...entryOf(run),
    ...(stored && {
      spec: stored.result.run.spec,
      seeds: stored.result.run.seeds,
      data: stored.result.run.data,
      arithmetic: stored.result.run.arithmetic,
      ...(stored.result.run.from !== undefined && { from: stored.result.run.from }),
      ...(stored.result.run.segments && { segments: stored.result.run.segments }),
      measures: stored.result.measures,
      ...(stored.info && { startedAt: stored.info.startedAt, commit: stored.info.commit }),
    }),
    commands: [...new Set(commands)],
  };
}

function checkpointsText({ checkpoints }: KnownRun): string {
  const steps = checkpoints.map(({ step, kept }) => `${step}${kept ? ' (kept)' : ''}`);
  return steps.length === 0 ? '' : `, after step ${steps.join(', ')}`;
}

export function shownText(inventory: Inventory, run: KnownRun): string {
  const {
    steps,
    commands,
    seconds,
    startedAt,
    commit,
    spec,
    arithmetic,
    from,
    segments = [],
    measures,
  } = shownRun(inventory, run);
  const lines: (string | undefined)[] = [
    `${run.method} ${run.short}: ${stateText(run)}, ${steps.done}${steps.total === undefined ? '' : ` of ${steps.total}`} steps`,
    run.problem,
    ...run.places.map((place) => `stands for ${placeText(place)}${place.current ? '' : ' (stale)'}`),
    measures === undefined || measures.length === 0 ? undefined : measuresText(measures, { all: true }),
    `in ${run.folder}: ${sizeText(run.bytes)}, of which checkpoints ${sizeText(run.checkpointBytes)}${checkpointsText(run)}`,
    startedAt && `begun ${startedAt}, ${Math.round(seconds ?? 0)} s in all, commit ${commit ?? 'unknown'}`,
    from && `starts from run ${from.slice(0, 12)}`,
    ...segments.map(
      (one) =>
        `until step ${one.until} trained as run ${shortIdentity(one.run)}, with ${arithmeticText(one.arithmetic)}`,
    ),
    arithmetic && `arithmetic ${JSON.stringify(arithmetic)}`,
    spec && `spec ${JSON.stringify(spec, null, 2)}`,
    ...commands.map((command) => `made by ${command}`),
  ];
  return lines.filter((line) => line !== undefined).join('\n');
}
