import { mkdtempSync, rmSync, writeFileSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { useTensorFlow } from '@spatial-ensemble/engine';
import { decodeSafetensors, encodeSafetensors } from '@spatial-ensemble/store';
import { Command } from 'commander';
import { writeFinal } from '@spatial-ensemble/files';
import { pytorchEnvironment } from '../bench/environment.ts';
import { Side } from '../bench/side.ts';
import { distances, holds, QUANTITIES, type Distance, type Values } from './bounds.ts';
import type { Exchange } from './exchange.ts';
import { running } from './one-step.ts';
import { SUBJECTS } from './rows.ts';
import type { Subject } from './subject.ts';
import { describeRow, worstOf, type Row } from './table.ts';

const STEPS = 3;

/** Three steps of a subject on both sides, each from the state that ours has reached. */
async function compare(subject: () => Subject, pytorch: Side, folder: string): Promise<Row[]> {
  const described = subject();
  const compiled = running(described);
  const all: (Distance & { readonly step: number })[] = [];
  let state = compiled.first;
  const [given, made] = [join(folder, 'given.safetensors'), join(folder, 'made.safetensors')];
  for (let step = 0; step < STEPS; step++) {
    const { next, ours, ...rest } = compiled.run(state, step);
    writeFileSync(given, encodeSafetensors(rest.given));
    await pytorch.ask({ config: rest.config, given, made });
    const answer = decodeSafetensors(readFileSync(made), made);
    const [theirs, own] = [false, true].map((wanted) => valuesOf(answer, wanted)) as [Values, Values];
    all.push(...distances(valuesOf(ours, false), theirs, own).map((one) => ({ ...one, step })));
    state = next;
  }
  compiled.dispose();
  return QUANTITIES.flatMap((quantity) => {
    const some = all.filter((one) => one.quantity === quantity);
    return some.length === 0 ? [] : [worstOf(described.name, quantity, some)];
  });
}

/** Values by name: of the comparison itself, or of `own/`. */
function valuesOf(tensors: Exchange, own: boolean): Values {
  const prefix = 'own/';
  return new Map(
    [...tensors]
      .filter(([name]) => name.startsWith(prefix) === own)
      .map(([name, { data }]) => [own ? name.slice(prefix.length) : name, data]),
  );
}

async function main(): Promise<void> {
  const program = new Command('parity')
    .description(
      'Compares our networks, methods, optimisers and smoothing with PyTorch, step by step from equal states.',
    )
    .option('--json <file>', 'write the rows to a file')
    .option('--only <text>', 'compare those whose name contains this')
    .showHelpAfterError();
  const options = program.parse().opts<{ json?: string; only?: string }>();
  const wanted = SUBJECTS.filter(({ name }) => name.includes(options.only ?? ''));
  if (wanted.length === 0)
    program.error(
      `no row's name contains ${JSON.stringify(options.only)}; there are: ${SUBJECTS.map(({ name }) => name).join(', ')}`,
    );

  const environment = pytorchEnvironment((line) => console.error(line));
  const folder = mkdtempSync(join(tmpdir(), 'spatial-ensemble-parity-'));
  const rows: Row[] = [];
  try {
    await useTensorFlow();
    const reference = fileURLToPath(new URL('reference/parity.py', import.meta.url));
    const pytorch = new Side('PyTorch', environment.python, [reference]);
    await pytorch.ready();
    for (const { name, subject } of wanted) {
      const found = await compare(subject, pytorch, folder);
      console.log(name);
      for (const row of found) console.log(`  ${describeRow(row)}`);
      rows.push(...found);
    }
    await pytorch.end();
  } finally {
    rmSync(folder, { recursive: true, force: true });
    environment.remove();
  }
  if (options.json !== undefined) await writeFinal(options.json, `${JSON.stringify(rows, null, 2)}\n`);
  const beyond = rows.filter((row) => !holds(row));
  console.log(
    beyond.length === 0
      ? `all ${rows.length} within their bounds`
      : `${beyond.length} of ${rows.length} beyond their bounds`,
  );
  process.exitCode = beyond.length === 0 ? 0 : 1;
}

await main();
