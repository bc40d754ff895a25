import {
  dense,
  FIXMATCH_WRN_28_2,
  IMAGENET_STANDARD,
  metasOf,
  RESNET_50,
  resNet,
  resNetTrunk,
  uniformFanIn,
  wideResNet,
  wideResNetTrunk,
  type Anatomy,
  type BatchNormOptions,
  type Classified,
  type Network,
  type ResNetOptions,
} from '@spatial-ensemble/nn';

/** A network whose weights go both ways. */
export interface Subject {
  /** What PyTorch's side builds: a name of torchvision, or `wide-resnet` with its options. */
  readonly kind: string;
  readonly network?: object;
  readonly anatomy: Anatomy;
  /** The network, with this batch norm in the place of its own. */
  readonly build: (batchNorm: BatchNormOptions) => Network<Classified>;
  readonly batchNorm: BatchNormOptions;
  /** Side of the pictures. */
  readonly size: number;
}

const CLASSES = 1000;

function ofResNet(kind: string, options: ResNetOptions): Subject {
  const encoder = resNetTrunk('', options);
  const fc = dense('fc', { inputs: encoder.features, outputs: CLASSES, initial: uniformFanIn(encoder.features) });
  return {
    kind,
    anatomy: { encoder, heads: { fc: metasOf(fc.declares) }, standard: IMAGENET_STANDARD },
    build: (batchNorm) => resNet({ ...options, batchNorm }, CLASSES) as Network<Classified>,
    batchNorm: options.batchNorm,
    size: 224,
  };
}

function ofWideResNet(): Subject {
  const network = FIXMATCH_WRN_28_2;
  const encoder = wideResNetTrunk('', network);
  const fc = dense('fc', {
    inputs: encoder.features,
    outputs: network.classes,
    initial: uniformFanIn(encoder.features),
  });
  const half = [0.5, 0.5, 0.5];
  return {
    kind: 'wide-resnet',
    network,
    anatomy: { encoder, heads: { fc: metasOf(fc.declares) }, standard: { mean: half, deviation: half } },
    build: (batchNorm) => wideResNet({ ...network, batchNorm }),
    batchNorm: network.batchNorm,
    size: 32,
  };
}

export const SUBJECTS: readonly Subject[] = [
  ofResNet('resnet18', { ...RESNET_50, block: 'basic', units: [2, 2, 2, 2] }),
  ofResNet('resnet50', RESNET_50),
  ofWideResNet(),
];
