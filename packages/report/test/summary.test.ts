import { describe, expect, it } from 'vitest';

import { buildReport, summary } from '../src/index.ts';
import { allResults, plan } from './synthetic.ts';

describe('what is read against a reference', () => {
  it('has the difference of the means beside it', async () => {
    const page = (await buildReport(allResults([1, 2]), plan({}, [1, 2]), '/runs/reports/synthetic')).get('index.md');
    expect(page).toMatch(/\| arm .*\| over supervised, same labels \|/);
    const means = [...(page as string).matchAll(/^\| (STS|supervised, same labels) +\| +([\d.]+) ± [^|]*\|[^|]*\| +(\S+) \|/gm)]; // prettier-ignore
    const [sts, supervised] = means.map(([, , mean, over]) => ({ mean: Number(mean), over }));
    expect(supervised!.over).toBe('–');
    expect(Number(sts!.over)).toBeCloseTo(sts!.mean - supervised!.mean, 1);
  });

  it('has no such column while the reference was not run', async () => {
    const some = allResults().filter(({ result }) => result.run.spec['teacher'] !== 'off');
    const page = (await buildReport(some, plan(), '/runs/reports/synthetic')).get('index.md');
    expect(page).not.toContain('over supervised');
  });
});

describe('the summary for a terminal', () => {
  it('has an arm a line, with what it has over the references', () => {
    const lines = summary(allResults(), plan());
    expect(lines).toHaveLength(6);
    expect(lines.find((line) => line.startsWith('STS:'))).toMatch(
      /^STS: accuracy of the teacher [\d.]+; \+[\d.]+ over supervised, same labels$/,
    );
    expect(lines.at(-1)).toMatch(/^supervised, same labels: accuracy of the teacher [\d.]+$/);
  });

  it('says of which runs a number is, where they are not complete as declared', () => {
    const [line] = summary(allResults([1]), plan({}, [1, 2])).filter((one) => one.startsWith('STS:'));
    expect(line).toMatch(/^STS: accuracy of the teacher [\d.]+; .*; 1 of 2 complete; seed 2 not run$/);
  });

  it('says what was not run', () => {
    expect(summary([], plan())[0]).toBe('none: the student teaches itself: not run');
  });
});
