import type { Metas, VariableMeta } from '@spatial-ensemble/smoothing';

/** The variables of a ResNet-50 with its classifier: 161 tensors, 25.6 M numbers. */
export function resnet50Shapes(): Metas {
  const metas: { [name: string]: VariableMeta } = {};
  const convolution = (module: string, size: number, inputs: number, outputs: number): void => {
    metas[`${module}.kernel`] = {
      shape: [size, size, inputs, outputs],
      module,
      outAxis: 3,
    };
    for (const kind of ['gamma', 'beta'] as const)
      metas[`${module}.norm.${kind}`] = { shape: [outputs], module: `${module}.norm`, outAxis: 0 };
  };
  convolution('stem', 7, 3, 64);
  let inputs = 64;
  for (const [stage, [blocks, width]] of (
    [
      [3, 64],
      [4, 128],
      [6, 256],
      [3, 512],
    ] as const
  ).entries()) {
    for (let block = 0; block < blocks; block++) {
      const name = `stage${stage}.block${block}`;
      convolution(`${name}.1`, 1, inputs, width);
      convolution(`${name}.2`, 3, width, width);
      convolution(`${name}.3`, 1, width, 4 * width);
      if (block === 0) convolution(`${name}.shortcut`, 1, inputs, 4 * width);
      inputs = 4 * width;
    }
  }
  metas['head.kernel'] = { shape: [2048, 1000], module: 'head', outAxis: 1 };
  metas['head.bias'] = { shape: [1000], module: 'head', outAxis: 0 };
  return metas;
}
