import { existsSync, readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import protobuf from 'protobufjs';
import { crc32c } from './crc32c.ts';

/** What is read of an event (tensorflow/core/util/event.proto, tensorflow/core/framework/summary.proto, 2.21). */
const EVENT = protobuf.Root.fromJSON({
  nested: {
    Event: { fields: { step: { type: 'int64', id: 2 }, summary: { type: 'Summary', id: 5 } } },
    Summary: { fields: { value: { rule: 'repeated', type: 'Value', id: 1 } } },
    Value: { fields: { tag: { type: 'string', id: 1 } } },
  },
}).lookupType('Event');

interface Event {
  readonly step: number;
  readonly summary: { readonly value: readonly { readonly tag: string }[] } | null;
}

/** One record of an event file: its step, the tags that it holds of it, and where it ends in the file, in bytes. */
interface EventRecord {
  readonly step: number;
  readonly tags: readonly string[];
  readonly end: number;
}

/**
 * The records of an event file, a TFRecord (tensorflow/core/lib/io/record_writer.h): eight bytes of length, four of its
 * checksum, the data, four of theirs. Ends before what a killed process left half-written, or was damaged since.
 */
function* recordsIn(bytes: Buffer): Generator<EventRecord, void> {
  for (let at = 0; at + 16 <= bytes.length;) {
    const end = at + 16 + Number(bytes.readBigUInt64LE(at));
    if (end > bytes.length) return;
    const data = bytes.subarray(at + 12, end - 4);
    if (crc32c(data) !== bytes.readUInt32LE(end - 4)) return;
    const options = { defaults: true, arrays: true, longs: Number };
    const { step, summary } = EVENT.toObject(EVENT.decode(data), options) as Event;
    yield { step, tags: summary?.value.map(({ tag }) => tag) ?? [], end };
    at = end;
  }
}

/** TensorBoard takes a file for one of events by this part of its name (tensorboard/backend/event_processing/io_wrapper.py). */
const NAMED = 'tfevents';

function eventFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.includes(NAMED))
    .map((name) => join(folder, name));
}

/**
 * Cuts off what a folder's event files hold behind a step, what was left half-written, and what is behind damage.
 *
 * @param upTo undefined: the files are removed
 * @returns the tags that stay, each with its steps
 */
export function cutEvents(folder: string, upTo: number | undefined): Map<string, Set<number>> {
  const kept = new Map<string, Set<number>>();
  for (const path of eventFiles(folder)) {
    if (upTo === undefined) {
      rmSync(path);
      continue;
    }
    const bytes = readFileSync(path);
    let end = 0;
    for (const record of recordsIn(bytes)) {
      if (record.step > upTo) break;
      end = record.end;
      for (const tag of record.tags) kept.set(tag, (kept.get(tag) ?? new Set()).add(record.step));
    }
    if (end < bytes.length) truncateSync(path, end);
  }
  return kept;
}
