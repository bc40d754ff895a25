export { arithmeticText } from './arithmetic.ts';
export { buildCatalogue, checkCells, type StudyResults } from './catalogue.ts';
export { type Mark, marksOf } from './deviations/mark.ts';
export { digest } from './digest.ts';
export { drift, writeFiles, type Files } from './files.ts';
export { runStates } from './pairing.ts';
export { buildReport, generateReport, type ReportOptions } from './report.ts';
export { type RunOfArm } from './states.ts';
export { summary } from './summary.ts';
