import { FIXMATCH_WRN_28_2, RESNET_18_CIFAR, RESNET_50 } from '@spatial-ensemble/nn';
import { resNetSubject, wideResNetSubject } from './supervised.ts';
import type { Subject } from './subject.ts';
import { byolSubject, fixMatchSubject, mocoSubject, type TeacherInput } from './subjects.ts';

type Make = (name: string) => Subject;

const SYMMETRIC = { ...FIXMATCH_WRN_28_2, padding: 'symmetric' } as const;
const CIFAR = { batch: 16, size: 32 };

const TMA: TeacherInput = { kind: 'tma', momentum: 0.9 };
const SE: TeacherInput = { kind: 'se', preserve: 0.7, granularity: 'tensor' };
const STS: TeacherInput = { kind: 'sts', momentum: 0.9, preserve: 0.5, granularity: 'tensor' };
const SMOOTHING = [TMA, SE, STS];

const ROWS: { readonly [name: string]: Make } = {
  'WRN-28-2, SGD with Nesterov': (name) => wideResNetSubject(name, FIXMATCH_WRN_28_2),
  'WRN-28-2, symmetric padding': (name) => wideResNetSubject(name, SYMMETRIC),
  'ResNet-18 at 32 px, SGD': (name) => resNetSubject(name, RESNET_18_CIFAR, CIFAR),
  'ResNet-18 at 32 px, LARS (deepmind)': (name) => resNetSubject(name, RESNET_18_CIFAR, { ...CIFAR, lars: 'deepmind' }),
  'ResNet-18 at 32 px, LARS (momentum2)': (name) =>
    resNetSubject(name, RESNET_18_CIFAR, { ...CIFAR, lars: 'momentum2' }),
  'ResNet-50 at 224 px, SGD': (name) => resNetSubject(name, RESNET_50, { batch: 8, size: 224 }),
  ...withTeachers('BYOL (byol)', (name, teacher) => byolSubject(name, 'byol', teacher)),
  ...withTeachers('BYOL (momentum2)', (name, teacher) => byolSubject(name, 'momentum2', teacher)),
  ...withTeachers('MoCo v2', mocoSubject),
  ...withTeachers('FixMatch', (name, teacher) => fixMatchSubject(name, teacher, 'smooth')),
  'FixMatch, SE by layer, statistics copied': (name) => fixMatchSubject(name, { ...SE, granularity: 'layer' }, 'copy'),
  'FixMatch, STS by channel': (name) => fixMatchSubject(name, { ...STS, granularity: 'channel' }, 'smooth'),
  'FixMatch, STS by neuron': (name) => fixMatchSubject(name, { ...STS, granularity: 'neuron' }, 'smooth'),
};

function withTeachers(
  method: string,
  make: (name: string, teacher: TeacherInput) => Subject,
): { [name: string]: Make } {
  return Object.fromEntries(
    SMOOTHING.map((teacher) => [`${method}, ${teacher.kind.toUpperCase()}`, (name: string) => make(name, teacher)]),
  );
}

/** Everything that is compared; each is made when its turn comes, since networks and their states fill memory. */
export const SUBJECTS: readonly { readonly name: string; readonly subject: () => Subject }[] = Object.entries(ROWS).map(
  ([name, make]) => ({ name, subject: () => make(name) }),
);
