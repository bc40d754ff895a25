import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useTensorFlow } from '@spatial-ensemble/engine';
import type { Labels, Result } from '@spatial-ensemble/record';
import type { Selection } from '@spatial-ensemble/study';
import { afterEach, beforeAll, beforeEach } from 'vitest';
import type { Experiment } from '../src/experiment.ts';
import type { Asked } from '../src/job.ts';
import type { Machine } from '../src/machine.ts';
import { type ExperimentOutcome, runExperiment } from '../src/run-experiment.ts';
import type { Session } from '../src/session.ts';
import { CPU, quietly } from './quietly.ts';
import { runResults } from './stored-runs.ts';
import { EVALUATED } from './studies.ts';

/** What is asked for beside the plain: one arm, on the CPU, quietly. */
interface Changed {
  readonly selection?: Selection;
  readonly machine?: Partial<Machine>;
  readonly session?: Partial<Session>;
}

/** Where the runs of a test lie, and what was said of them. */
export interface EvaluatedStore {
  /** Empty before each test. */
  readonly folder: string;
  said: string[];
  asked(changed?: Changed, runs?: string, experiment?: Experiment): Asked;
  run(...as: Parameters<EvaluatedStore['asked']>): Promise<ExperimentOutcome>;
  /** The results in a folder, by their runs' names. */
  results(runs?: string, tier?: Labels['tier']): Map<string, Result>;
}

/** A new folder for each test of a file that runs the evaluated experiment. */
export function evaluatedStore(): EvaluatedStore {
  let folder = '';
  beforeAll(async () => {
    await useTensorFlow();
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'experiment-'));
    store.said = [];
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const store: EvaluatedStore = {
    get folder() {
      return folder;
    },
    said: [],
    asked({ selection = { arms: ['slow'] }, machine, session } = {}, runs = 'runs', experiment = EVALUATED) {
      return {
        experiment,
        selection,
        machine: { ...CPU, ...machine },
        session: { ...quietly(join(folder, runs), store.said), ...session },
      };
    },
    run: (...as) => runExperiment(store.asked(...as)),
    results: (runs = 'runs', tier = 'small') => runResults(join(folder, runs), 'evaluated', tier),
  };
  return store;
}
