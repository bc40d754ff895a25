export { ENDINGS, exportWeights, type Exported, type ExportRequest } from './export-weights.ts';
export { npyPieces } from './files/npy-writer.ts';
export { LAYOUTS, type LaidOut, type LayoutName } from './layouts/layouts.ts';
export { merged, prefixed, type FloatTensor, type StateDict } from './state-dict.ts';
export { torchNetwork, type TorchNetwork } from './torch-network.ts';
export { fitted, type Fitted } from './fitted.ts';
export { exportTfjs, type TfjsExported } from './tfjs/export-tfjs.ts';
export { loadFile } from './load-file.ts';
export { recognise, type Recognised } from './recognise.ts';
