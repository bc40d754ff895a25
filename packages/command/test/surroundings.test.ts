import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { experimentGiven, EXPERIMENTS, experimentsIn, projectAround, ROOT } from '../src/program/surroundings.ts';

let project: string;
beforeAll(() => {
  project = realpathSync(mkdtempSync(join(tmpdir(), 'project-')));
  writeFileSync(join(project, 'package.json'), '{}');
  mkdirSync(join(project, 'deep/er'), { recursive: true });
});
afterAll(() => rmSync(project, { recursive: true }));

test('where the program is installed, its project is the one around the working directory', () => {
  for (const folder of ['', 'deep', 'deep/er']) expect(projectAround(join(project, folder))).toBe(project);
});

test('experiments lie in a folder of that name, or in the root where there is none', () => {
  expect(experimentsIn(project)).toBe(project);
  mkdirSync(join(project, 'experiments'));
  expect(experimentsIn(project)).toBe(join(project, 'experiments'));
});

test('an experiment is given by its file or by its name', () => {
  const quickstart = join(EXPERIMENTS, 'quickstart.experiment.ts');
  expect(EXPERIMENTS).toBe(join(ROOT, 'experiments'));
  expect([experimentGiven('quickstart'), experimentGiven(quickstart)]).toEqual([quickstart, quickstart]);
  expect(() => experimentGiven('quickstrat')).toThrow(
    `there is no experiment quickstrat: ${join('experiments', 'quickstrat.experiment.ts')} is missing`,
  );
  expect(() => experimentGiven('other/my.experiment.ts')).toThrow('there is no experiment file other/my.experiment.ts');
});
