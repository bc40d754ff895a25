import * as tf from '@tensorflow/tfjs';

/** What the engine uses of a layer, beside what its type says. */
interface Layer extends tf.layers.Layer {
  stateful: boolean;
  /** Of recurrent cells: kept from call to call. */
  dropoutMask?: tf.Tensor | tf.Tensor[] | null;
  recurrentDropoutMask?: tf.Tensor | tf.Tensor[] | null;
}

interface Layered {
  readonly layers: readonly tf.layers.Layer[];
}

/** Layers whose call draws on the host in a way that a graph would freeze. */
const FROZEN = new Set(['RandomWidth']);

/** A layer could not be traced; its message names the layer. */
class LayerError extends Error {}

function isLayer(value: unknown): value is Layer {
  return value instanceof tf.layers.Layer;
}

/** A model's layers and those within them: of nested models, wrappers, cells. */
export function layersOf(model: Layered): readonly Layer[] {
  const found = new Set<Layer>();
  const visit = (layer: Layer): void => {
    if (found.has(layer)) return;
    found.add(layer);
    for (const part of Object.values(layer).flat() as unknown[]) if (isLayer(part)) visit(part);
  };
  model.layers.forEach((layer) => visit(layer as Layer));
  return [...found];
}

function described(layer: Layer): string {
  return `layer ${layer.name} (${layer.getClassName()})`;
}

/** @throws Error that names the first layer whose calls depend on more than their arguments, and says what to do. */
export function refuseLayers(model: Layered): void {
  for (const layer of layersOf(model)) {
    // A model is stateful when one of its layers is.
    if (layer.stateful && !(layer instanceof tf.LayersModel))
      throw new Error(
        `${described(layer)} is stateful: it hands its states from batch to batch outside of the graph. Make it with stateful: false, or train this model without compileModel.`,
      );
    if (FROZEN.has(layer.getClassName()))
      throw new Error(
        `${described(layer)} draws a width at each call, and a graph has fixed shapes. Put it in front of the model, where the data are made, or train this model without compileModel.`,
      );
  }
}

/** Traces with the layers' names in errors, and leaves nothing of the trace in them. */
export function tracingLayers<T>(layers: readonly Layer[], trace: () => T): T {
  for (const layer of layers) {
    const plain = layer.call;
    layer.call = function (...args: Parameters<typeof plain>) {
      try {
        return plain.apply(layer, args);
      } catch (error) {
        if (error instanceof LayerError) throw error;
        throw new LayerError(
          `${described(layer)} cannot be compiled: ${(error as Error).message} Train this model without compileModel if the layer cannot be changed.`,
          { cause: error },
        );
      }
    };
  }
  try {
    return trace();
  } finally {
    for (const layer of layers) {
      delete (layer as Partial<Layer>).call;
      for (const mask of ['dropoutMask', 'recurrentDropoutMask'] as const) {
        if (layer[mask] === undefined || layer[mask] === null) continue;
        tf.dispose(layer[mask]);
        layer[mask] = null;
      }
    }
  }
}
