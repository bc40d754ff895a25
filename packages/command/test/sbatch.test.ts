import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sbatchScript } from '../src/cluster/sbatch-script.ts';
import { runProgram } from '../src/program/program.ts';
import { ROOT } from '../src/program/surroundings.ts';

const FILE = 'packages/command/test/programs/tiny.experiment.ts';
const TINY = join(ROOT, FILE);

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'sbatch-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function sbatch(
  ...argv: string[]
): Promise<{ readonly code: number; readonly said: string; readonly script: string }> {
  const [lines, printed]: [string[], string[]] = [[], []];
  const code = await runProgram(['sbatch', ...argv], {
    runs: '/data/my runs',
    log: (line) => lines.push(line),
    print: (text) => printed.push(text),
  });
  return { code, said: lines.join('\n'), script: printed.join('\n') };
}

/** What the program is started with by each task of a script, as bash reads it. */
function started(script: string, task: number, given: NodeJS.ProcessEnv = {}) {
  const bin = join(folder, 'bin');
  spawnSync('mkdir', ['-p', bin]);
  for (const name of ['node', 'srun', 'scontrol'])
    writeFileSync(
      join(bin, name),
      `#!/bin/bash\nprintf '%s\\n' ${name} "$@"\nexit \${${name.toUpperCase()}_ENDS:-0}\n`,
      { mode: 0o755 },
    );
  const env = {
    ...process.env,
    ...given,
    PATH: `${bin}:${process.env['PATH']}`,
    SLURM_ARRAY_TASK_ID: String(task),
    SLURM_JOB_ID: '7',
  };
  const { status, stdout } = spawnSync('bash', { input: script, env, encoding: 'utf8' });
  return { status, argv: stdout.trim().split('\n') };
}

test('a task for each arm and seed, and each value of a grid, which runs it alone', async () => {
  const { script } = await sbatch(TINY, '--tier', 'small', '--seed', '1', '--seed', '2', '--set', 'steps=10,20', '--set', 'batch=8', '--threads', '3', '--slurm', 'time=30', '--slurm', 'signal=B:USR1@60'); // prettier-ignore
  expect(script).toContain('#SBATCH --array=0-7\n');
  expect(script).toContain('#SBATCH --cpus-per-task=3\n');
  expect(script).toContain('#SBATCH --signal=B:USR1@60\n');
  expect(script).toContain('#SBATCH --time=30\n');
  expect(script).toContain('#SBATCH --requeue\n');
  expect(script).not.toContain('USR1@120');
  const all = Array.from({ length: 8 }, (_, task) => started(script, task).argv);
  for (const argv of all) {
    expect(argv.slice(0, 4)).toEqual(['node', 'packages/command/bin/spatial-ensemble.js', 'run', FILE]);
    expect(argv.join(' ')).toContain(
      '--tier small --set batch=8 --precision float32 --threads 3 --max-hours 1000000 --arm',
    );
  }
  expect(all.map((argv) => argv.slice(argv.indexOf('--arm')).join(' ')).toSorted()).toEqual(
    ['fast', 'slow'].flatMap((arm) => [1, 2].flatMap((seed) => [10, 20].map((steps) => `--arm ${arm} --seed ${seed} --set steps=${steps}`))), // prettier-ignore
  );
  expect(started(script, 8).status).toBe(2);
  expect(script).toContain("export SPATIAL_ENSEMBLE_RUNS='/data/my runs'");
});

test('one run on several machines goes by srun; what has saved is queued again', async () => {
  const { script } = await sbatch(TINY, '--arm', 'slow', '--threads', '4', '--devices', '8', '--nodes', '2', '--gpu');
  for (const option of ['nodes=2', 'ntasks-per-node=8', 'gpus-per-task=1', 'cpus-per-task=4', 'array=0-0'])
    expect(script).toContain(`#SBATCH --${option}\n`);
  const ended = started(script, 0, { SRUN_ENDS: '138' });
  expect(ended.argv.slice(0, 7)).toEqual(['srun', '--distribution=block', '--kill-on-bad-exit=0', '--wait=300', 'node', 'packages/command/bin/spatial-ensemble.js', 'run']); // prettier-ignore
  expect(ended.argv.join(' ')).toMatch(/--gpu .* --arm slow --seed 1 scontrol requeue 7$/);
  expect(ended.argv).not.toContain('--devices');
  expect(ended.status).toBe(138);
  expect(started(script, 0, { SRUN_ENDS: '1' })).toMatchObject({ status: 1 });
  expect(started(script, 0, { SRUN_ENDS: '1' }).argv).not.toContain('requeue');
});

test('a file appears whole, and is replaced where that is said', async () => {
  const out = join(folder, 'own.sh');
  expect(await sbatch(TINY, '--threads', '1', '--out', out)).toEqual({
    code: 0,
    said: `${out}: 2 tasks; sbatch ${out} submits it`,
    script: '',
  });
  const script = readFileSync(out, 'utf8');
  expect(script).toMatch(/^#!\/bin\/bash\n/);
  const again = await sbatch(TINY, '--threads', '2', '--out', out);
  expect([again.code, again.said]).toEqual([1, `${out} is there: take another name for --out, or add --overwrite`]);
  expect(readFileSync(out, 'utf8')).toBe(script);
  expect((await sbatch(TINY, '--threads', '2', '--out', out, '--overwrite')).code).toBe(0);
  expect(readFileSync(out, 'utf8')).toContain('--threads 2');
});

test.each([
  [['quickstart'], '--threads is needed'],
  [['quickstart', '--threads', '1', '--gpu', '1'], '--gpu 1 names one, and Slurm chooses'],
  [
    ['quickstart', '--threads', '1', '--slurm', '--time=1'],
    "without its dashes, such as time=1-00:00:00, got '--time=1'",
  ],
  [['nowhere', '--threads', '1'], 'there is no experiment nowhere'],
  [['quickstart', '--threads', '1', '--arm', 'absent'], 'absent'],
  [['quickstart', '--threads', '1', '--fresh'], "unknown option '--fresh'"],
] as const)('%j is refused', async (argv, message) => {
  const { code, said } = await sbatch(...argv);
  expect(code).toBe(1);
  expect(said).toContain(message);
  expect(existsSync(join(folder, 'absent'))).toBe(false);
});

test('a word of the shell is one, whatever is in it', () => {
  const script = sbatchScript({ name: 'x', madeBy: 'test', root: '/', runs: '/', program: 'x.js', argv: [], tasks: [['--set', "a=it's $HOME"]], cores: 1, gpu: false, devices: 1, nodes: 1, slurm: [] }); // prettier-ignore
  expect(started(script, 0).argv.slice(-1)).toEqual(["a=it's $HOME"]);
});
