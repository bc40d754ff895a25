import { quoted } from '../inventory/command-of.ts';

/** What a batch job of Slurm is to do. */
export interface Batch {
  /** What it is called, such as the experiment's name. */
  readonly name: string;
  /** The command that made it. */
  readonly madeBy: string;
  /** Where the repository and the store of runs lie, the same on all machines. */
  readonly root: string;
  readonly runs: string;
  /** The file of this program, from there. */
  readonly program: string;
  /** The arguments of the program that all tasks have, and those of each one. */
  readonly argv: readonly string[];
  readonly tasks: readonly (readonly string[])[];
  /** Cores of each process. */
  readonly cores: number;
  readonly gpu: boolean;
  /** Processes that train one run together, on each of so many machines. */
  readonly devices: number;
  readonly nodes: number;
  /** Options of sbatch in place of those that follow, or beside them: `time=1-00:00:00`. */
  readonly slurm: readonly string[];
}

/** Seconds before a job's time is over in which it saves. */
const SAVES_IN = 120;

/** Seconds in which all processes of a run end once one has. */
const REPORTS_IN = 300;

/** As the program ends that has saved after SIGUSR1: 128 and the signal's number. */
const SAVED = 138;

/**
 * A script for `sbatch`: an array with a task for each run. Shortly before a task's time is over its run saves, and the task
 * is queued again (https://slurm.schedmd.com/sbatch.html, `--signal=B:`, `--requeue`).
 *
 * @throws Error for options of sbatch that are none
 */
export function sbatchScript(batch: Batch): string {
  const { name, madeBy, root, runs, program, argv, tasks, devices, nodes } = batch;
  const together = devices * nodes;
  const command = ['node', program, ...argv].map(quoted).join(' ');
  // One that has saved ends with a code other than 0 while the first may still be writing. Where one fails the others end by
  // themselves; one that hangs is ended once the time is over in which the first writes its report.
  const step = `srun --distribution=block --kill-on-bad-exit=0 --wait=${REPORTS_IN}`;
  const start = together === 1 ? command : `${step} ${command}`;
  return `#!/bin/bash
# ${name}: ${tasks.length === 1 ? 'one run' : `${tasks.length} runs, a task each`}. What is finished is not run again, and what another task trains is left to it.
# Made by: ${madeBy}
# Submit it with sbatch, whose options (--partition, --time, --array=0-${tasks.length - 1}%4) go before those that stand here.
# The kind of processor and of GPU is part of a run's identity: where machines differ, add --constraint.
${optionsOf(batch).join('\n')}

case "\${SLURM_ARRAY_TASK_ID:?submit this script with sbatch}" in
${tasks.map((own, i) => `  ${i}) set -- ${own.map(quoted).join(' ')} ;;`).join('\n')}
  *) echo "there is no run $SLURM_ARRAY_TASK_ID: 0 to ${tasks.length - 1}" >&2; exit 2 ;;
esac
cd ${quoted(root)} || exit
export SPATIAL_ENSEMBLE_RUNS=${quoted(runs)}
${together === 1 ? '' : '# Since Slurm 22.05 srun does not take it from sbatch, and its processes would share a core each.\nexport SRUN_CPUS_PER_TASK="$SLURM_CPUS_PER_TASK"\n'}${start} "$@" &
program=$!
# Slurm sends it before the time is over; the program saves after its step and ends.
trap 'kill -USR1 "$program" && told=1' USR1
wait "$program"
code=$?
# The signal ended the waiting alone.
while [ -n "\${told:-}" ]; do
  told=
  wait "$program"
  code=$?
done
if [ "$code" -eq ${SAVED} ]; then scontrol requeue "$SLURM_JOB_ID"; fi
exit "$code"
`;
}

function optionsOf({ name, tasks, cores, gpu, devices, nodes, slurm }: Batch): string[] {
  const own: readonly (readonly [string, string | undefined])[] = [
    ['job-name', name],
    ['array', `0-${tasks.length - 1}`],
    ['nodes', String(nodes)],
    ['ntasks', String(nodes * devices)],
    ['ntasks-per-node', String(devices)],
    ['cpus-per-task', String(cores)],
    ...(gpu ? ([['gpus-per-task', '1']] as const) : []),
    ['output', `${name}-%A_%a.log`],
    ['open-mode', 'append'],
    ['signal', `B:USR1@${SAVES_IN}`],
    ['requeue', undefined],
  ];
  const options = new Map([...own, ...slurm.map(optionOf)]);
  return [...options].map(([option, value]) => `#SBATCH --${option}${value === undefined ? '' : `=${value}`}`);
}

function optionOf(text: string): readonly [string, string | undefined] {
  const [, option, value] = /^([a-z][a-z0-9-]*)(?:=(\S+))?$/.exec(text) ?? [];
  if (option === undefined)
    throw new Error(`--slurm takes an option of sbatch without its dashes, such as time=1-00:00:00, got '${text}'`);
  return [option, value];
}
