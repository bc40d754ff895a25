/** What a method may be built of: everything below it but study and store. */
const METHOD = ['augment', 'engine', 'evaluation', 'nn', 'random', 'record', 'smoothing', 'teacher', 'training'];

/**
 * Which room may enter which (CONTRIBUTING.md, "Rooms"). Arrows point one way, and `npm run deps` checks them. A package
 * that is not named here may import no other.
 *
 * @type {Record<string, readonly string[]>}
 */
const ROOMS = {
  files: [],
  random: [],
  record: [],
  smoothing: [],
  augment: ['random'],
  datasets: ['augment', 'files', 'random'],
  study: ['datasets', 'record'],
  store: ['files', 'record'],
  engine: ['files', 'random'],
  nn: ['engine', 'random'],
  weights: ['files', 'nn', 'store'],
  teacher: ['engine', 'nn', 'random', 'smoothing'],
  training: ['augment', 'datasets', 'engine', 'nn', 'random', 'record'],
  evaluation: ['augment', 'datasets', 'engine', 'nn', 'random', 'record', 'smoothing', 'teacher', 'training'],
  robustness: ['augment', 'datasets', 'engine', 'evaluation', 'nn', 'random', 'record', 'training'],
  'self-supervised': METHOD,
  byol: [...METHOD, 'self-supervised'],
  moco: [...METHOD, 'self-supervised'],
  fixmatch: METHOD,
  report: ['files', 'random', 'record'],
  // The one program: it knows no method.
  command: [
    'augment',
    'datasets',
    'engine',
    'files',
    'random',
    'record',
    'report',
    'store',
    'study',
    'training',
    'weights',
  ],
  // It is JavaScript that copies files.
  create: [],
};

/** What an experiment declares with. */
const EXPERIMENT = [
  'byol',
  'datasets',
  'evaluation',
  'fixmatch',
  'moco',
  'robustness',
  'smoothing',
  'study',
  'teacher',
];

const TENSORFLOW = '(^|/)node_modules/(@tensorflow/|koffi/)|^packages/(engine|nn|smoothing|training)/';

const room = (/** @type {string} */ name) => `^packages/${name}/`;

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycle',
      comment: 'Two files that import each other, if only types, are one file, or want a third that both need.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    ...Object.entries(ROOMS).map(([name, allowed]) => ({
      name: `rooms-of-${name}`,
      comment: `packages/${name} may import ${allowed.length === 0 ? 'no other package' : allowed.join(', ')}.`,
      severity: /** @type {const} */ ('error'),
      from: { path: `${room(name)}src/` },
      to: { path: '^(packages|experiments|tools|reports)/', pathNot: [room(name), ...allowed.map(room)] },
    })),
    {
      name: 'rooms-of-strangers',
      comment: 'A new package begins with no rights: name it in ROOMS, with what it may import.',
      severity: 'error',
      from: { path: '^packages/([^/]+)/src/', pathNot: Object.keys(ROOMS).map(room) },
      to: { path: '^(packages|experiments|tools|reports)/', pathNot: ['^packages/$1/'] },
    },
    {
      name: 'rooms-of-experiments',
      comment: `An experiment declares, and computes nothing. It may import ${EXPERIMENT.join(', ')}.`,
      severity: 'error',
      from: { path: '^experiments/', pathNot: '^experiments/(test/|vitest\\.config)' },
      to: { path: '^(packages|tools|reports)/', pathNot: EXPERIMENT.map(room) },
    },
    {
      name: 'no-tensorflow',
      comment: 'Data workers, records and reports load in milliseconds: nothing that they reach loads TensorFlow.',
      severity: 'error',
      from: {
        path: '^packages/((files|random|record|augment|datasets|study|store|report)/src/|robustness/src/corruptions/)',
      },
      to: { path: TENSORFLOW, reachable: true },
    },
    {
      name: 'smoothing-stands-alone',
      comment: 'Usable in any TensorFlow.js program: @tensorflow/tfjs-core and nothing else.',
      severity: 'error',
      from: { path: `${room('smoothing')}src/` },
      to: { path: 'node_modules/', pathNot: 'node_modules/@tensorflow/tfjs-core/' },
    },
    {
      name: 'not-installed',
      comment: 'Every import is found, from source and without a build.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'not-declared',
      comment: 'What a package imports stands in its own package.json.',
      severity: 'error',
      from: { path: '^(packages/[^/]+/src/|experiments/[^/]+$)' },
      // An alias (`#name`) is declared there by its "imports".
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['aliased-subpath-import'] },
    },
    {
      name: 'sources-need-no-tests',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/' },
      to: { path: '/test/|^tools/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^packages/[^/]+/(dist|coverage)/' },
    tsConfig: { fileName: 'tsconfig.base.json' },
    // A package that needs another one's types depends on it.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@spatial-ensemble/source', 'types', 'import', 'node', 'default'],
    },
  },
};
