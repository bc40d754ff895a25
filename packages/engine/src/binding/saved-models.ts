import koffi from 'koffi';
import { cString, packOutputs } from './c-api.ts';
import type { GraphOutput, Pointer } from './c-functions.ts';
import type { Runtime } from './runtime.ts';

interface SavedModel {
  readonly session: Pointer;
  readonly graph: Pointer;
}

function splitNames(names: string): string[] {
  return names.split(',').filter((name) => name !== '');
}

/** Saved models that were loaded into sessions, by number. */
export class SavedModels {
  readonly #models = new Map<number, SavedModel>();
  readonly #runtime: Runtime;
  #next = 0;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  get size(): number {
    return this.#models.size;
  }

  load(directory: string, tags: string): number {
    const { api, status } = this.#runtime;
    const names = splitNames(tags).map(cString);
    const options = api.TF_NewSessionOptions();
    const graph = api.TF_NewGraph();
    try {
      const tagPointers = BigUint64Array.from(names, (name) => koffi.address(name));
      const session = api.TF_LoadSessionFromSavedModel(
        options,
        null,
        directory,
        tagPointers,
        names.length,
        graph,
        null,
        status.pointer,
      );
      status.check(`could not load the saved model in ${directory}`);
      const id = this.#next++;
      this.#models.set(id, { session: session!, graph });
      return id;
    } catch (error) {
      api.TF_DeleteGraph(graph);
      throw error;
    } finally {
      api.TF_DeleteSessionOptions(options);
    }
  }

  delete(id: number): void {
    const { api, status } = this.#runtime;
    const { session, graph } = this.#get(id);
    api.TF_DeleteSession(session, status.pointer);
    status.check('could not close a saved model');
    api.TF_DeleteGraph(graph);
    this.#models.delete(id);
  }

  /** @returns handles of the outputs, in the order of their names. */
  run(id: number, inputs: readonly Pointer[], inputNames: string, outputNames: string): Pointer[] {
    const { api, status } = this.#runtime;
    const { session, graph } = this.#get(id);
    const feeds = splitNames(inputNames).map((name) => this.#output(graph, name));
    const fetches = splitNames(outputNames).map((name) => this.#output(graph, name));
    if (feeds.length !== inputs.length)
      throw new Error(`the saved model takes ${feeds.length} inputs, got ${inputs.length}`);
    const values: Pointer[] = [];
    try {
      for (const handle of inputs) {
        const tensor = api.TFE_TensorHandleResolve(handle, status.pointer);
        status.check('could not read an input of the saved model');
        values.push(tensor!);
      }
      const results = new BigUint64Array(Math.max(1, fetches.length));
      api.TF_SessionRun(
        session,
        null,
        packOutputs(feeds),
        BigUint64Array.from(values),
        values.length,
        packOutputs(fetches),
        results,
        fetches.length,
        null,
        0,
        null,
        status.pointer,
      );
      status.check('the saved model failed');
      return Array.from(results.subarray(0, fetches.length), (tensor) => {
        const handle = api.TFE_NewTensorHandle(tensor, status.pointer);
        api.TF_DeleteTensor(tensor);
        status.check('could not take an output of the saved model');
        return handle!;
      });
    } finally {
      for (const tensor of values) api.TF_DeleteTensor(tensor);
    }
  }

  #get(id: number): SavedModel {
    const model = this.#models.get(id);
    if (model === undefined) throw new Error(`saved model ${id} was not loaded, or was deleted`);
    return model;
  }

  /** `name:1` is the second output of node `name`; without a number the first. */
  #output(graph: Pointer, name: string): GraphOutput {
    const { api } = this.#runtime;
    const [, node = name, index = '0'] = /^(.*):(\d+)$/.exec(name) ?? [];
    const oper = api.TF_GraphOperationByName(graph, node);
    if (oper === null) throw new Error(`the saved model has no node named ${node}`);
    const outputs = api.TF_OperationNumOutputs(oper);
    if (Number(index) >= outputs)
      throw new Error(`the saved model's node ${node} has ${outputs} output(s), asked for number ${index}`);
    return { oper, index: Number(index) };
  }
}
