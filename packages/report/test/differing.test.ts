import type { JsonObject, StoredResult } from '@spatial-ensemble/record';
import { describe, expect, it } from 'vitest';

import { markdownOf } from '../src/blocks.ts';
import { differingBlocks } from '../src/differing.ts';
import { buildReport, runStates } from '../src/index.ts';
import { sections } from '../src/rows.ts';
import { wordsOf } from '../src/words.ts';
import { plan, runSpec, stored } from './synthetic.ts';

const ARMS = {
  tma: { title: 'TMA' },
  sts: { title: 'STS', patch: { spec: { teacher: { kind: 'sts', preserve: 0.5 } }, data: { labelsPerClass: 25 } } },
};
const PLAN = plan({
  arms: ARMS,
  paper: [],
  spec: { teacher: { kind: 'tma', momentum: { kind: 'cosine', value: 0.99 } }, steps: 1000 },
  tiers: { small: { arms: { sts: { spec: { teacher: { momentum: 1 - 0.07 } } } } }, paper: { patch: {} } },
});

/** The cells of the table of a tier. */
function cells(results: readonly StoredResult[], tier = 'small', p = PLAN): string[][] | null {
  const section = sections(p, runStates(p, results)).find((one) => one.tier === tier);
  const found = differingBlocks(p, section!);
  const [head, _line, ...lines] = found === null ? [] : markdownOf(found.slice(0, 1)).split('\n');
  const split = (line: string): string[] =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
  return found && [split(head!), ...lines.map(split)];
}

describe('what differs between the arms', () => {
  it('is what the study declares for the tier, where there are no runs', () => {
    expect(cells([])).toEqual([
      ['arm', '`data.labelsPerClass`', '`teacher.kind`', '`teacher.momentum`', '`teacher.preserve`'],
      ['TMA', '4', 'tma', 'cosine 0.99', '–'],
      ['STS', '25', 'sts', '0.93', '0.5'],
    ]);
    // At the other tier, STS declares no momentum: a teacher of another kind takes nothing over.
    expect(cells([], 'paper')?.[2]).toEqual(['STS', '25', 'sts', '–', '0.5']);
  });

  it('is what the runs hold, once every arm has one: defaults, lists and noise of binary fractions too', () => {
    const spec = (teacher: JsonObject): JsonObject => ({ steps: 1000, same: { of: [1, 2] }, teacher });
    const momentum = (value: number): JsonObject => ({ kind: 'constant', value });
    const tma = stored(
      runSpec('tma', 1, 'small', { spec: spec({ kind: 'tma', momentum: momentum(0.97), views: null }) }),
    );
    const sts = stored(runSpec('sts', 1, 'small', { spec: spec({ kind: 'sts', momentum: momentum(0.1 + 0.2), views: [0, 1] }) })); // prettier-ignore
    // Asked for in the places of the two arms, whatever these declare now.
    const made = { tma: tma.result.identity, sts: sts.result.identity };
    const runs = PLAN.runs.map((run) => ({
      ...run,
      identities: run.tier === 'small' ? [made[run.arm as 'tma' | 'sts']] : [],
    }));
    const plan = { ...PLAN, runs };
    expect(cells([tma, sts], 'small', plan)).toEqual([
      ['arm', '`teacher.kind`', '`teacher.momentum`', '`teacher.views`'],
      ['TMA', 'tma', '0.97', 'null'],
      ['STS', 'sts', '0.3', '[0,1]'],
    ]);
    expect(cells([tma], 'small', plan)).toEqual(cells([]));
  });

  it('is left out where nothing does', () => {
    expect(
      cells([], 'small', { ...PLAN, study: { ...PLAN.study, arms: { tma: PLAN.study.arms['tma']! } } }),
    ).toBeNull();
  });
});

describe('the words of a page', () => {
  const names = (text: string): string[] => wordsOf(text).map((line) => /\*\*(.*)\*\*/.exec(line)![1]!);

  it('are those that it uses, and those that their sentences use', () => {
    expect(names('nothing of the kind, in 3 base steps')).toEqual([]);
    expect(names('with momentum 0.9')).toEqual(['Momentum']);
    expect(names('TMA alone')).toEqual(['TMA', 'Momentum']);
    expect(names('STS')).toEqual(['TMA', 'STS', 'Momentum', 'Preserve probability', 'Unit']);
  });

  it('stand on every page, in front of the tables', async () => {
    const page = (await buildReport([stored(runSpec('tma', 1))], PLAN, '/reports')).get('index.md') as string;
    const at = ['## Words', '- **STS**: ', '- **Cosine', '## Tier', '### What differs between the arms'].map((text) =>
      page.indexOf(text),
    );
    expect(at).not.toContain(-1);
    expect(at).toEqual(at.toSorted((a, b) => a - b));
  });
});
