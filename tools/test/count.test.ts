import { describe, expect, test } from 'vitest';

import { tally, tallyText, type VitestReport } from '../count/tally.ts';

type Status = VitestReport['testResults'][number]['assertionResults'][number]['status'];

const report = (...statuses: Status[]): VitestReport => ({
  testResults: [
    {
      name: '/packages/a/test/a.test.ts',
      status: statuses.includes('failed') ? 'failed' : 'passed',
      message: '',
      assertionResults: statuses.map((status, index) => ({ fullName: `test ${index}`, status })),
    },
  ],
});

describe('the count', () => {
  test('sums over packages', () => {
    const packages = [
      { name: 'a', report: report('passed', 'passed') },
      { name: 'b', report: report('passed', 'failed') },
    ];
    expect(tally(packages, true)).toEqual({ passed: 3, failed: 1, skipped: [], problems: [] });
  });

  test('names what was skipped, before its last line', () => {
    const text = tallyText(tally([{ name: 'a', report: report('passed', 'skipped', 'todo', 'pending') }], false));
    expect(text.split('\n')).toEqual([
      'skipped  a: test 1',
      'skipped  a: test 2',
      'skipped  a: test 3',
      '1 passed, 0 failed',
    ]);
  });

  test('a package whose tests did not run is a failure', () => {
    const text = tallyText(
      tally(
        [
          { name: 'a', report: report('passed') },
          { name: 'b', report: undefined },
        ],
        true,
      ),
    );
    expect(text).toBe('failed   b: its tests did not run\n1 passed, 1 failed');
  });

  test('a file that could not run is a failure', () => {
    const broken = { ...report().testResults[0]!, status: 'failed' as const, message: 'Cannot find module\n at …' };
    const text = tallyText(tally([{ name: 'a', report: { testResults: [broken] } }], true));
    expect(text).toBe('failed   a: /packages/a/test/a.test.ts could not run: Cannot find module\n0 passed, 1 failed');
  });

  test('no test is a failure, in a package and in all', () => {
    expect(tally([{ name: 'a', report: { testResults: [] } }], false).problems).toEqual(['a: it has no test']);
    expect(tally([], false).failed).toBe(1);
  });

  test('a runner that fails although every test passed is a failure', () => {
    expect(tally([{ name: 'a', report: report('passed') }], true)).toMatchObject({ passed: 1, failed: 1 });
  });
});
