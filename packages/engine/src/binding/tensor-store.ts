import type { Pointer } from './c-functions.ts';
import type { Attribute } from './attributes.ts';
import type { HostData } from './host-data.ts';
import type { Runtime } from './runtime.ts';
import { first } from '../lists.ts';

/** A tensor's value: a handle of its own, or the current content of a resource variable that compiled steps update. */
export type Entry =
  | { readonly kind: 'value'; readonly handle: Pointer; readonly shape: readonly number[] }
  | {
      readonly kind: 'variable';
      readonly resource: Pointer;
      readonly dtype: number;
      readonly shape: readonly number[];
    };

/** The numbered tensors that TensorFlow.js knows; every handle in it is freed with its tensor. */
export class TensorStore {
  readonly #entries = new Map<number, Entry>();
  readonly #runtime: Runtime;
  #next = 0;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /** A number that no tensor has had: symbols of a trace draw from the same sequence. */
  newId(): number {
    return this.#next++;
  }

  insert(entry: Entry): number {
    const id = this.newId();
    this.#entries.set(id, entry);
    return id;
  }

  get(id: number): Entry {
    const entry = this.#entries.get(id);
    if (entry === undefined)
      throw new Error(`tensor ${id} is not known to TensorFlow: it was deleted, or belongs to a trace that has ended`);
    return entry;
  }

  has(id: number): boolean {
    return this.#entries.has(id);
  }

  /** Takes an entry out without freeing it: its owner changes. */
  release(id: number): Entry {
    const entry = this.get(id);
    this.#entries.delete(id);
    return entry;
  }

  delete(id: number): void {
    const entry = this.release(id);
    this.#runtime.deleteHandle(entry.kind === 'value' ? entry.handle : entry.resource);
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Calls `use` with handles of the tensors' values; what a variable held is read for the call and let go after it. */
  withHandles<T>(ids: readonly number[], use: (handles: Pointer[]) => T): T {
    const read: Pointer[] = [];
    try {
      const handles = ids.map((id) => {
        const entry = this.get(id);
        if (entry.kind === 'value') return entry.handle;
        const handle = this.readVariable(entry.resource, entry.dtype);
        read.push(handle);
        return handle;
      });
      return use(handles);
    } finally {
      for (const handle of read) this.#runtime.deleteHandle(handle);
    }
  }

  /** The value of a variable once all that was queued has run: blocks until then. The caller frees the handle. */
  readVariable(resource: Pointer, dtype: number): Pointer {
    this.#runtime.settle();
    return first(this.#runtime.execute('ReadVariableOp', [{ name: 'dtype', type: 4, value: dtype }], [resource], 1));
  }

  /**
   * A tensor's data as of all that was queued by now, whatever is queued later. The tensor may be deleted meanwhile.
   *
   * @throws TensorFlowError where what was to make it failed
   */
  async dataLater(id: number): Promise<HostData> {
    const entry = this.get(id);
    if (entry.kind === 'value') return this.#runtime.toHostLater(entry.handle);
    const { resource, dtype } = entry;
    const attributes: Attribute[] = [{ name: 'dtype', type: 4, value: dtype }];
    const handle = first(this.#runtime.executeInQueue('ReadVariableOp', attributes, [resource], 1));
    const data = this.#runtime.toHostLater(handle);
    this.#runtime.deleteHandle(handle);
    return data;
  }

  /** A new variable that holds the value of `handle`, which stays the caller's. */
  newVariable(handle: Pointer, dtype: number, shape: readonly number[]): Pointer {
    const attributes: Attribute[] = [
      { name: 'dtype', type: 4, value: dtype },
      { name: 'shape', type: 5, value: [...shape] },
      // TensorFlow's name for a variable that lives as long as its handle (ResourceHandle::ANONYMOUS_NAME).
      { name: 'shared_name', type: 0, value: 'cd2c89b7-88b7-44c8-ad83-06c2a9158347' },
    ];
    const resource = first(this.#runtime.execute('VarHandleOp', attributes, [], 1));
    try {
      this.#runtime.execute('AssignVariableOp', [{ name: 'dtype', type: 4, value: dtype }], [resource, handle], 0);
      return resource;
    } catch (error) {
      this.#runtime.deleteHandle(resource);
      throw error;
    }
  }

  dtypeOf(id: number): number {
    const entry = this.get(id);
    if (entry.kind === 'variable') return entry.dtype;
    return this.#runtime.dtypeOf(entry.handle);
  }
}
