import { describe, expect, it } from 'vitest';

import { discordance, type Failures, failures } from '../../src/claims/failures.ts';
import { runStates } from '../../src/pairing.ts';
import { sections } from '../../src/rows.ts';
import { mcNemar } from '../../src/statistics/mcnemar.ts';
import { claiming, runsOf } from './claiming.ts';

const of = (accuracies: Readonly<Record<string, readonly number[]>>, seeds = 5): Failures[] => {
  const plan = claiming(seeds, {});
  const [section] = sections(plan, runStates(plan, runsOf(accuracies)));
  return failures(section!.rows, 'supervised', plan.study.headline);
};

describe('failures', () => {
  const found = of({
    tma: [61, 59, 60, 70, 70],
    se: [40, 50, 61, 39, 70],
    sts: [70, 70, 59.99],
    supervised: [60, 60, 60, 60, 60],
  });

  it('are the seeds at which an arm ends below the reference, of those that both have', () => {
    expect(found).toEqual([
      { arm: 'tma', title: 'TMA', seeds: [1, 2, 3, 4, 5], failed: [2] },
      { arm: 'se', title: 'SE', seeds: [1, 2, 3, 4, 5], failed: [1, 2, 4] },
      { arm: 'sts', title: 'STS', seeds: [1, 2, 3], failed: [3] },
    ]);
  });

  it('are of nothing where the reference was not run', () => {
    expect(of({ tma: [61, 59] })).toEqual([]);
  });

  it('of two arms are held against each other over the seeds of both', () => {
    const [tma, se, sts] = found;
    expect(discordance(se!, tma!)).toEqual({ seeds: [1, 2, 3, 4, 5], first: [1, 4], second: [], p: mcNemar(2, 0) });
    expect(discordance(tma!, se!)).toEqual({ seeds: [1, 2, 3, 4, 5], first: [], second: [1, 4], p: 0.5 });
    expect(discordance(se!, sts!)).toEqual({ seeds: [1, 2, 3], first: [1, 2], second: [3], p: 1 });
    expect(discordance(se!, { ...tma!, seeds: [9], failed: [] })).toBeNull();
  });
});
