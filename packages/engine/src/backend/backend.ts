import util from 'node:util';
import type { Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import type { Attribute } from '../binding/attributes.ts';
import type { TensorFlowBinding, TensorMetadata } from '../binding/tensorflow-binding.ts';
import { requireTfjsNode } from '../tfjs-node.ts';

// `@tensorflow/tfjs-node-gpu` 4.22 calls functions of `util` that Node 22 warns of and Node 23 dropped.
const legacy = util as unknown as Record<string, unknown>;
legacy['isNullOrUndefined'] = (value: unknown) => value === null || value === undefined;
legacy['isArray'] = Array.isArray;

/** One tensor's record inside the backend: `id` is the binding's number once the values went there, -1 before. */
interface TensorRecord {
  shape: number[];
  dtype: number;
  values: unknown;
  id: number;
  refCount: number;
}

/** What the engine uses of `NodeJSKernelBackend` (`@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend`). */
export interface KernelBackend {
  readonly binding: TensorFlowBinding;
  readonly tensorMap: {
    get(dataId: object): TensorRecord;
    has(dataId: object): boolean;
    set(dataId: object, record: TensorRecord): void;
    delete(dataId: object): boolean;
  };
  getDTypeInteger(dtype: string): number;
  getInputTensorIds(tensors: readonly TensorInfo[]): number[];
  createOutputTensor(metadata: TensorMetadata): Tensor;
  executeSingleOutput(name: string, attributes: readonly Attribute[], inputs: readonly TensorInfo[]): Tensor;
  executeMultipleOutputs(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly TensorInfo[],
    outputs: number,
  ): Tensor[];
  read(dataId: object): Promise<unknown>;
  readSync(dataId: object): unknown;
  incRef(dataId: object): void;
  write(values: unknown, shape: number[], dtype: string): object;
  move(dataId: object, values: unknown, shape: number[], dtype: string, refCount: number): void;
}

interface BackendConstructor {
  new (binding: TensorFlowBinding, packageName: string): KernelBackend;
  readonly prototype: KernelBackend;
}

/** Why a tensor, or the data of one, may not be used any more. */
const forbidden = new WeakMap<object, () => string>();

/** Makes every further use of a tensor, or of all tensors with a data id, an error with the given message. */
export function forbid(what: object, message: () => string): void {
  forbidden.set(what, message);
}

function refuseForbidden(what: object): void {
  const message = forbidden.get(what);
  if (message !== undefined) throw new Error(message());
}

/** The data of tensors that are made while a function is traced. */
export interface TraceScope {
  /** Written from the host: a literal of the function, not a capture. */
  readonly literals: Set<object>;
  /** Given by a recorded op, or standing for an argument. */
  readonly symbolic: Set<object>;
  captured(dataId: object): never;
}

let traceScope: TraceScope | undefined;

/** Tells the backend that a function is being traced, or that it ended. */
export function setTraceScope(scope: TraceScope | undefined): void {
  traceScope = scope;
}

/**
 * TensorFlow.js' own Node backend, whose kernels are kept, with three additions: data that was donated or belongs to
 * another trace is refused, what is written while a function is traced is known to be a literal of it, and `data()` of a
 * tensor waits for its value without blocking.
 */
export function createBackend(binding: TensorFlowBinding): KernelBackend {
  const { NodeJSKernelBackend } = requireTfjsNode('nodejs_kernel_backend') as {
    NodeJSKernelBackend: BackendConstructor;
  };
  class TensorFlowBackend extends NodeJSKernelBackend {
    override getInputTensorIds(tensors: readonly TensorInfo[]): number[] {
      for (const tensor of tensors) {
        refuseForbidden(tensor);
        // An `Int64Scalar` of the summaries has no data id.
        if (tensor.dataId !== undefined) this.#check(tensor.dataId);
      }
      return super.getInputTensorIds(tensors);
    }

    override readSync(dataId: object): unknown {
      this.#check(dataId);
      return super.readSync(dataId);
    }

    override async read(dataId: object): Promise<unknown> {
      const { id, values } = this.tensorMap.has(dataId) ? this.tensorMap.get(dataId) : { id: -1, values: null };
      // What is still on the host, or not known at all.
      if (id < 0 || (values !== null && values !== undefined)) return this.readSync(dataId);
      this.#check(dataId);
      return this.binding.tensorData(id);
    }

    override incRef(dataId: object): void {
      refuseForbidden(dataId);
      super.incRef(dataId);
    }

    override move(dataId: object, values: unknown, shape: number[], dtype: string, refCount: number): void {
      traceScope?.literals.add(dataId);
      super.move(dataId, values, shape, dtype, refCount);
    }

    override createOutputTensor(metadata: TensorMetadata): Tensor {
      const tensor = super.createOutputTensor(metadata);
      traceScope?.symbolic.add(tensor.dataId);
      return tensor;
    }

    #check(dataId: object): void {
      refuseForbidden(dataId);
      if (traceScope === undefined || traceScope.literals.has(dataId) || !this.tensorMap.has(dataId)) return;
      const { id } = this.tensorMap.get(dataId);
      if (id < 0 || this.binding.recording?.has(id) !== true) traceScope.captured(dataId);
    }
  }
  return new TensorFlowBackend(binding, '@tensorflow/tfjs-node-gpu');
}
