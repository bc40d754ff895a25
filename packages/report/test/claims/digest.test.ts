import { describe, expect, it } from 'vitest';

import { digest } from '../../src/index.ts';
import { asked } from '../synthetic.ts';
import { claim, claiming, PILOT, runsOf } from './claiming.ts';

const results = runsOf({ ...PILOT, sts: PILOT['tma']!.map((value, i) => value + 2 + i / 10) });
const study = asked(
  claiming(8, {
    better: claim({ hypothesis: 'STS beats *TMA*' }),
    worse: claim({ hypothesis: 'TMA beats STS', compare: { arm: 'tma', over: 'sts' } }),
  }),
  results,
);

describe('what all reports come to', () => {
  const text = digest([{ plan: study, results }], [], 'reports');

  it('puts each claim under its verdict, with its estimate and a link to its setting', () => {
    expect(text).toContain(
      '**Supported**\n\n- STS beats \\*TMA\\*. STS − TMA: +2.35 [+2.15, +2.55], 8 pairs. [FixMatch with four kinds of teacher, trained on Fashion-MNIST, tier `small`](reports/synthetic/index.md#small-better)\n\n**Refuted**\n\n- TMA beats STS. TMA − STS: −2.35 [−2.55, −2.15], 8 pairs.',
    );
  });

  it('counts the claims of a setting without pairs, and says that they were not run', () => {
    const none = digest([{ plan: study, results: [] }], [], 'reports');
    expect(none).toMatch(
      /\*\*Declared, without pairs yet\*\*\n\n- FixMatch with four kinds of teacher: 4 claims\. .*\[tier `small`\]\(reports\/synthetic\/index\.md#small\)/,
    );
    expect(none).not.toContain('Supported');
  });

  it('gives no number behind a gate that is not known to be open', () => {
    const few = digest(
      [{ plan: study, results: results.filter(({ result }) => result.run.seeds.training === 1) }],
      [],
      'reports',
    );
    expect(few).toMatch(
      /\*\*Not informative yet: a gate is closed, or not known\*\*\n\n- STS beats \\\*TMA\\\*\. \[FixMatch/,
    );
  });

  it('counts the published numbers, and those that ours were held against', () => {
    expect(text).toMatch(/^Of 0 numbers of the paper.* none has been run at the size that it is of/);
  });
});
