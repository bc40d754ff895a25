import { Resvg } from '@resvg/resvg-js';
import type { StudyInput } from '@spatial-ensemble/record';
import { compile } from 'vega-lite';
import { describe, expect, it } from 'vitest';

import { type Figure, figuresOf } from '../src/figures.ts';
import { renderSvg } from '../src/figures/render.ts';
import { runStates } from '../src/pairing.ts';
import { sections } from '../src/rows.ts';
import { claim, claiming, runsOf } from './claims/claiming.ts';
import { ACCURACIES } from './factors/factoring.ts';
import { plan, asked } from './synthetic.ts';

const LONG = 'of a name that goes on and on in many words, as no one would have it';

/** Every kind of figure that statistics have, of a study whose every title is long. */
function figures(): Figure[] {
  const { arms } = plan().study;
  const changes: Partial<StudyInput> = {
    title: `A study ${LONG}`,
    arms: Object.fromEntries(Object.entries(arms).map(([name, arm]) => [name, { ...arm, title: `${arm.title} ${LONG}` }])), // prettier-ignore
    failures: { rate: { hypothesis: LONG, reference: 'none', arm: 'se', over: 'tma', seeds: 6, stopping: 'then' } },
    factors: {
      named: {
        title: 'granularity',
        series: [LONG, 'in another order', 'in a third'].map((title, i) => ({
          title,
          levels: (['tma', 'sts', 'se', 'none'] as const).map((arm, j) => ({ arm, level: `level ${i}${j} ${LONG}` })),
        })),
        seeds: 6,
        stopping: 'then',
      },
      numbered: {
        title: `preserve probability ${LONG}`,
        unit: '%',
        series: [{ title: LONG, levels: [{ arm: 'tma', level: 0.125 }, { arm: 'se', level: 1000 }] }], // prettier-ignore
        seeds: 6,
        stopping: 'then',
      },
    },
  };
  const results = runsOf(ACCURACIES);
  const study = asked(claiming(6, { better: claim(), again: claim({ compare: { arm: 'se', over: 'tma' } }) }, changes), results); // prettier-ignore
  const [section] = sections(study, runStates(study, results));
  return figuresOf(study, section!, section!.rows).filter(({ name }) => /^(paired|factor|failures)/.test(name));
}

describe.each(figures())('$name', ({ specification, title }) => {
  it('is a specification that Vega-Lite compiles without a warning', () => {
    const warnings: unknown[] = [];
    const logger = {
      level: () => logger,
      error: (...args: unknown[]) => (warnings.push(args), logger),
      warn: (...args: unknown[]) => (warnings.push(args), logger),
      info: () => logger,
      debug: () => logger,
    };
    compile(specification, { logger: logger as never });
    expect(warnings).toEqual([]);
    expect(JSON.parse(JSON.stringify(specification))).toEqual(specification);
    expect(title.length).toBeGreaterThan(20);
  });

  it('is drawn the same each time, at a width that a page shows whole', async () => {
    const svg = await renderSvg(specification);
    expect(await renderSvg(specification)).toBe(svg);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    expect(new Resvg(svg).width).toBeLessThanOrEqual(830);
  });
});

it('there are all of them', () => {
  expect(figures().map(({ name }) => name)).toEqual(['paired-differences', 'failures-rate', 'factor-named', 'factor-numbered']); // prettier-ignore
});
