import type { HostTensor } from '@spatial-ensemble/engine';
import { network, standardised, type Variables } from '@spatial-ensemble/nn';
import type { Bound } from '../bound.ts';
import { encoderOf } from './features.ts';
import type { Looked } from './evaluation-batches.ts';

/**
 * Features of images, float32 `[n, f]`, in evaluation mode, as nearest neighbours and linear evaluation see them.
 *
 * @param looked the images; its view is, unless given, that of the method.
 * @throws Error where the method has no encoder, or one of other channels
 */
export async function embedded({ name, trainable }: Bound, variables: Variables, looked: Looked): Promise<HostTensor> {
  const { anatomy, encodes, classifies } = trainable;
  if (anatomy === undefined) throw new Error(`${name} does not say what its network consists of (\`anatomy\`)`);
  const { encoder, standard } = anatomy;
  const { channels, title } = looked.set;
  if (standard.mean.length !== channels)
    throw new Error(
      `${name} was trained on images of ${standard.mean.length} channels, and those of ${title} have ${channels}`,
    );
  const body = network({ declares: encoder.declares, forward: (pass, x) => ({ features: encoder.forward(pass, x) }) });
  const encoding = encoderOf<Variables>(
    `${name}.embed`,
    (weights, images) => body.apply(weights, standardised(images, standard), { mode: 'eval' }).features,
  );
  try {
    return await encoding.features(variables, { view: encodes?.view ?? classifies?.view ?? [], ...looked });
  } finally {
    encoding.dispose();
  }
}
