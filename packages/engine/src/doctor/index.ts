export { describeInspection } from './describe.ts';
export { findings, type Finding } from './findings.ts';
export { inspect, type Inspection, type InspectOptions } from './inspect.ts';
export { thisProcessor, type Processor } from './instruction-set.ts';
