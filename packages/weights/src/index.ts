export { ENDINGS, exportWeights, type Exported, type ExportRequest } from './export-weights.ts';
export { LAYOUTS, type LaidOut, type LayoutName } from './layouts/layouts.ts';
export type { FloatTensor, StateDict } from './state-dict.ts';
export { torchNetwork, type TorchNetwork } from './torch-network.ts';
