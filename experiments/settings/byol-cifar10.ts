import type { ByolInput } from '@spatial-ensemble/byol';

// LL = lightly-ai/lightly@e8d317fc docs/source/getting_started/benchmarks/cifar10_benchmark.py.

/** LL: constant, and followed before the forward pass. The paper's p for BYOL is 0.7. */
export const MOMENTUM = 0.99;
export const PRESERVE = 0.7;

/**
 * BYOL on CIFAR-10 as lightly's benchmark has it, ResNet-18 of a stem for images of 32 pixels, 200 epochs (LL).
 *
 * DEVIATION (byol-cifar10): weights start as torchvision's; lightly's own ResNet keeps PyTorch's first values.
 * DEVIATION (byol-cifar10): the rate falls in every step; lightly's falls once an epoch.
 * DEVIATION (byol-cifar10): the loss is the sum of 2 − 2 cos over both directions; lightly's is half the sum of −cos, a
 * quarter of the gradient at the same rate, while weight decay is the same.
 * DEVIATION (byol-cifar10): a linear classifier trains beside the encoder, which it does not touch; lightly has none.
 * DEVIATION (byol-cifar10): nearest neighbours are those of the last epoch; lightly reports the best of all.
 */
export const LIGHTLY: ByolInput = {
  epochs: 200,
  images: 50_000,
  batch: 128,
  network: {
    // LL lightly/models/resnet.py.
    stem: 'cifar',
    block: 'basic',
    units: [2, 2, 2, 2],
    width: 64,
    channels: 3,
    zeroInitResidual: false,
    batchNorm: { epsilon: 1e-5, decay: 0.9, runningVariance: 'unbiased' },
    // LL lightly/models/modules/heads.py: batch norm follows the first layer, which has no bias then.
    projector: { hidden: 1024, outputs: 256, hiddenBias: false, outputBias: true },
    predictor: { hidden: 1024, outputs: 256, hiddenBias: false, outputBias: true },
    // LL: those of ImageNet, on CIFAR too.
    mean: [0.485, 0.456, 0.406],
    deviation: [0.229, 0.224, 0.225],
  },
  // LL lightly/transforms/byol_transform.py; no blur on images of 32 pixels.
  views: {
    style: 'torchvision',
    size: 32,
    scale: [0.08, 1],
    interpolation: 'bilinear',
    flip: 0.5,
    jitter: { p: 0.8, brightness: 0.4, contrast: 0.4, saturation: 0.2, hue: 0.1 },
    grayscale: 0.2,
    blur: [0, 0],
    solarize: [0, 0.2],
    evaluationResize: null,
  },
  // LL: 0.06 for 128 images.
  optimiser: { kind: 'sgd', learningRate: 0.12, momentum: 0.9, weightDecay: 5e-4 },
  warmUp: { epochs: 0, from: 0 },
  teacher: { kind: 'tma', momentum: MOMENTUM, buffers: 'own' },
  follows: 'before-step',
  probe: { classes: 10 },
};
