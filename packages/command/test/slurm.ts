import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { hostname, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../../../tools/vitest/processes.ts';

/** A Slurm of one node, whose daemons are this process's children. */
export interface Slurm {
  readonly folder: string;
  /** Runs one of Slurm's programs, or one that it starts. @throws Error where it does not end well */
  readonly run: (program: string, ...args: string[]) => Promise<string>;
  readonly environment: NodeJS.ProcessEnv;
  readonly stop: () => Promise<void>;
}

/** Of Debian's packages `slurm-wlm` and `munge`. */
const PROGRAMS = ['munged', 'slurmctld', 'slurmd', 'srun', 'sbatch', 'scontrol', 'sinfo', 'scancel'];

const STARTS_IN_MS = 60_000;

/** Starts one. @returns why there can be none here, where that is so */
export async function startSlurm(more: NodeJS.ProcessEnv): Promise<Slurm | string> {
  const missing = PROGRAMS.filter((name) => spawnSync('which', [name]).status !== 0);
  if (missing.length > 0) return `there is no ${missing.join(', ')} here: apt-get install slurm-wlm munge`;
  if (userInfo().uid !== 0) return 'slurmd starts tasks as root alone, and this is none';
  const folder = mkdtempSync(join(tmpdir(), 'slurm-'));
  for (const name of ['state', 'spool']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'munge.key'), randomBytes(1024), { mode: 0o600 });
  const [control = 0, node = 0] = await freePorts(2);
  writeFileSync(join(folder, 'slurm.conf'), configuration(folder, control, node));
  const environment = { ...process.env, ...more, SLURM_CONF: join(folder, 'slurm.conf') };
  const started: ChildProcess[] = [];
  const daemon = (program: string, ...args: string[]): void =>
    void started.push(spawn(program, args, { env: environment, stdio: 'ignore' }));
  const run = async (program: string, ...args: string[]): Promise<string> =>
    (await promisify(execFile)(program, args, { env: environment, cwd: folder })).stdout;
  const stop = async (): Promise<void> => {
    for (const child of started.toReversed()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGTERM');
      await Promise.race([once(child, 'exit'), sleep(5000).then(() => child.kill('SIGKILL'))]);
    }
    rmSync(folder, { recursive: true, force: true });
  };
  const at = (name: string): string => join(folder, name);
  daemon('munged', '--foreground', '--force', `--key-file=${at('munge.key')}`, `--socket=${at('munge.sock')}`, `--pid-file=${at('munged.pid')}`, `--log-file=${at('munged.log')}`, `--seed-file=${at('munge.seed')}`); // prettier-ignore
  for (let i = 0; i < 100 && !existsSync(at('munge.sock')); i++) await sleep(100);
  daemon('slurmctld', '-D', '-i');
  daemon('slurmd', '-D');
  const end = performance.now() + STARTS_IN_MS;
  while (performance.now() < end && started.every(({ exitCode }) => exitCode === null)) {
    if ((await run('sinfo', '--noheader', '--format=%T').catch(() => '')).includes('idle'))
      return { folder, run, environment, stop };
    await sleep(500);
  }
  const why = ['munged.log', 'slurmctld.log', 'slurmd.log'].map((name) => lastLines(at(name)));
  await stop();
  return `a daemon of Slurm did not start here:\n${why.join('\n')}`;
}

function lastLines(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').slice(-5).join('\n') : `no ${file}`;
}

/** Tasks are followed without cgroups, and queued again at once: Slurm waits until their credentials have expired. */
function configuration(folder: string, control: number, node: number): string {
  return `ClusterName=test
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort=${control}
SlurmdPort=${node}
AuthType=auth/munge
AuthInfo=socket=${folder}/munge.sock,cred_expire=5
SlurmUser=root
SlurmdUser=root
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd.pid
SlurmctldLogFile=${folder}/slurmctld.log
SlurmdLogFile=${folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
MpiDefault=none
ReturnToService=2
NodeName=localhost NodeHostname=${hostname().split('.')[0]} NodeAddr=127.0.0.1 CPUs=4 State=UNKNOWN
PartitionName=all Nodes=localhost Default=YES MaxTime=INFINITE State=UP
`;
}
