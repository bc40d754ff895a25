/** How the names of one network in a file become ours: what stands in front, and what takes its place. */
type Names = readonly (readonly [from: string, to: string])[];

/** Names of checkpoints that are read. The first that matches a name counts. */
export interface Known {
  readonly name: string;
  /** A beginning that the names of no other layout have. */
  readonly mark: string;
  readonly student: Names;
  readonly teacher?: Names;
}

/** `fc.0` to `fc.7` of STS' student are a projector and a predictor, one after the other. */
const stsFc = (network: string): Names => [
  [`${network}.fc.0.`, 'projector.0.'],
  [`${network}.fc.1.`, 'projector.1.'],
  [`${network}.fc.3.`, 'projector.3.'],
  [`${network}.fc.4.`, 'predictor.0.'],
  [`${network}.fc.5.`, 'predictor.1.'],
  [`${network}.fc.7.`, 'predictor.3.'],
];

/** A backbone of `nn.Sequential(*list(resnet.children())[:-1])`, whose modules are numbered. */
const numbered = (backbone: string): Names => [
  [`${backbone}.0.`, 'encoder.conv1.'],
  [`${backbone}.1.`, 'encoder.bn1.'],
  ...[1, 2, 3, 4].map((stage) => [`${backbone}.${stage + 3}.`, `encoder.layer${stage}.`] as const),
];

/** `module.` and the like, in front of all names, are gone by then. */
export const KNOWN: readonly Known[] = [
  {
    // facebookresearch/moco@0d6137a6 moco/builder.py.
    name: 'MoCo',
    mark: 'encoder_q.',
    student: [
      ['encoder_q.fc.', 'projector.'],
      ['encoder_q.', 'encoder.'],
    ],
    teacher: [
      ['encoder_k.fc.', 'projector.'],
      ['encoder_k.', 'encoder.'],
    ],
  },
  {
    // tengteng95/Spatial_Ensemble@69f118ad spatial_ensemble/models/m2_teacher.py, after zengarden/momentum2-teacher.
    name: 'STS',
    mark: 'student_encoder.',
    student: [...stsFc('student_encoder'), ['student_encoder.', 'encoder.']],
    teacher: [...stsFc('teacher_encoder'), ['teacher_encoder.', 'encoder.']],
  },
  {
    // lightly-ai/lightly@32c2b47c benchmarks/imagenet/resnet50/byol.py.
    name: 'lightly’s benchmark of BYOL',
    mark: 'teacher_backbone.',
    student: [
      ['projection_head.layers.', 'projector.'],
      ['prediction_head.layers.', 'predictor.'],
      ['backbone.', 'encoder.'],
    ],
    teacher: [
      ['teacher_projection_head.layers.', 'projector.'],
      ['teacher_backbone.', 'encoder.'],
    ],
  },
  {
    // lightly-ai/lightly@05f242aa examples/pytorch/byol.py.
    name: 'lightly’s example of BYOL',
    mark: 'backbone_momentum.',
    student: [
      ['projection_head.layers.', 'projector.'],
      ['prediction_head.layers.', 'predictor.'],
      ...numbered('backbone'),
      ['backbone.', 'encoder.'],
    ],
    teacher: [
      ['projection_head_momentum.layers.', 'projector.'],
      ...numbered('backbone_momentum'),
      ['backbone_momentum.', 'encoder.'],
    ],
  },
  {
    // vturrisi/solo-learn@12f8477a solo/methods/base.py, byol.py.
    name: 'solo-learn',
    mark: 'momentum_backbone.',
    student: [
      ['projector.', 'projector.'],
      ['predictor.', 'predictor.'],
      ['backbone.', 'encoder.'],
    ],
    teacher: [
      ['momentum_projector.', 'projector.'],
      ['momentum_backbone.', 'encoder.'],
    ],
  },
  {
    name: 'solo-learn, before it said backbone',
    mark: 'momentum_encoder.',
    student: [
      ['projector.', 'projector.'],
      ['predictor.', 'predictor.'],
      ['encoder.', 'encoder.'],
    ],
    teacher: [
      ['momentum_projector.', 'projector.'],
      ['momentum_encoder.', 'encoder.'],
    ],
  },
  { name: 'a backbone', mark: 'backbone.', student: [...numbered('backbone'), ['backbone.', 'encoder.']] },
  {
    name: 'our own',
    mark: 'encoder.',
    student: ['encoder', 'projector', 'predictor', 'probe', 'classifier'].map(
      (part) => [`${part}.`, `${part}.`] as const,
    ),
  },
  {
    name: 'torchvision or timm',
    mark: 'layer1.',
    student: [
      ['fc.', 'fc.'],
      ...['conv1', 'bn1', 'layer1', 'layer2', 'layer3', 'layer4'].map(
        (part) => [`${part}.`, `encoder.${part}.`] as const,
      ),
    ],
  },
  {
    name: 'a wide ResNet of FixMatch’s ports',
    mark: 'block1.',
    student: [
      ['fc.', 'fc.'],
      ...['conv1', 'bn1', 'block1', 'block2', 'block3', 'block4'].map(
        (part) => [`${part}.`, `encoder.${part}.`] as const,
      ),
    ],
  },
];
