/** The part of Vitest's JSON report that counting needs. */
export interface VitestReport {
  readonly testResults: readonly {
    /** Absolute path of the test file. */
    readonly name: string;
    readonly status: 'passed' | 'failed';
    /** Why the file could not run, where it did not. */
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: 'passed' | 'failed' | 'skipped' | 'pending' | 'todo' | 'disabled';
    }[];
  }[];
}

/** What a package's tests left behind: no report where they did not run. */
export interface PackageReport {
  readonly name: string;
  readonly report: VitestReport | undefined;
}

export interface Tally {
  readonly passed: number;
  /** Failed tests, and one for each problem. */
  readonly failed: number;
  /** `package: test` of every test that did not run on purpose. */
  readonly skipped: readonly string[];
  /** What failed without being a test: a file that could not be read, a package whose tests did not run. */
  readonly problems: readonly string[];
}

/**
 * Sums over packages. A package without a report, without a test, or with a file that could not run is a failure, and
 * so is a runner that failed although every test passed (an error outside of the tests, say).
 */
export function tally(packages: readonly PackageReport[], runnerFailed: boolean): Tally {
  const each = packages.map(tallyPackage);
  const passed = each.reduce((sum, one) => sum + one.passed, 0);
  const failed = each.reduce((sum, one) => sum + one.failed, 0);
  const skipped = each.flatMap((one) => one.skipped);
  const problems = each.flatMap((one) => one.problems);
  if (packages.length === 0) problems.push('no package has tests');
  if (runnerFailed && failed === 0 && problems.length === 0) {
    problems.push('the runner failed although every test passed: see above');
  }
  return { passed, failed: failed + problems.length, skipped, problems };
}

function tallyPackage({ name, report }: PackageReport): Tally {
  if (report === undefined) return { passed: 0, failed: 0, skipped: [], problems: [`${name}: its tests did not run`] };
  const files = report.testResults;
  const tests = files.flatMap((file) => file.assertionResults);
  const count = (status: string): number => tests.filter((test) => test.status === status).length;
  const passed = count('passed');
  const failed = count('failed');
  const problems = files
    .filter((file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'))
    .map((file) => `${name}: ${file.name} could not run: ${file.message.split('\n')[0] ?? ''}`);
  if (tests.length === 0 && problems.length === 0) problems.push(`${name}: it has no test`);
  return {
    passed,
    failed,
    skipped: tests
      .filter(({ status }) => status !== 'passed' && status !== 'failed')
      .map((test) => `${name}: ${test.fullName}`),
    problems,
  };
}

/** Ends with the count, alone on its line. */
export function tallyText({ passed, failed, skipped, problems }: Tally): string {
  return [
    ...skipped.map((test) => `skipped  ${test}`),
    ...problems.map((problem) => `failed   ${problem}`),
    `${passed} passed, ${failed} failed`,
  ].join('\n');
}
