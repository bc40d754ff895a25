import { createRequire } from 'node:module';
import { useTensorFlow } from '@spatial-ensemble/engine';
import { loadOpTests } from './bundle.ts';

/** One of TensorFlow.js' tests and what came of it. */
export interface Outcome {
  readonly name: string;
  readonly passed: boolean;
  /** What the first expectation that failed, or the error, said. */
  readonly message?: string;
}

interface SpecResult {
  readonly fullName: string;
  readonly status: string;
  readonly failedExpectations: readonly { readonly message: string }[];
}

interface Jasmine {
  getEnv(): {
    configure(options: { random: boolean; specFilter?: (spec: { getFullName(): string }) => boolean }): void;
    addReporter(reporter: { specDone(result: SpecResult): void }): void;
    execute(): Promise<unknown>;
  };
}

interface JasmineCore {
  boot(core: JasmineCore): Jasmine;
}

const require = createRequire(import.meta.url);

/**
 * Runs the tests of TensorFlow.js' core on the engine's backend, in their own order.
 *
 * @param matching a part of the full names of those that are wanted; default: all
 */
export async function runOpTests(matching = ''): Promise<Outcome[]> {
  const core = require('jasmine-core') as JasmineCore;
  const jasmine = core.boot(core);
  const tests = await loadOpTests();
  // After the tests' core, whose gradients the engine's own replace.
  await useTensorFlow();
  tests.setTestEnvs([{ name: 'tensorflow', backendName: 'tensorflow', isDataSync: true }]);
  tests.declare();
  const outcomes: Outcome[] = [];
  const environment = jasmine.getEnv();
  environment.configure({ random: false, specFilter: (spec) => spec.getFullName().includes(matching) });
  environment.addReporter({
    specDone({ fullName, status, failedExpectations: [first] }) {
      if (status === 'excluded' || status === 'pending') return;
      outcomes.push({ name: fullName, passed: status === 'passed', ...(first && { message: first.message }) });
    },
  });
  await environment.execute();
  return outcomes;
}
