export { isBegunAnew, placeOfRun, type RunPlace } from './begun-anew.ts';
export { claimRun } from './claim.ts';
export { Claimed } from './claimed.ts';
export { inTurn } from './in-turn.ts';
export { linesIn, openRun, savedRun, type OpenRun, type SavedRun } from './open-run.ts';
export { PLAN_FILE } from './plan-file.ts';
export { readPlan, readPlans, readResults, readTables } from './read-results.ts';
export { readStored } from './read-stored.ts';
export {
  decodeSafetensors,
  encodeSafetensors,
  readForeignSafetensors,
  readSafetensors,
  safetensorsBytes,
  safetensorsPieces,
  type RawTensor,
} from './safetensors.ts';
export type { ElementType, Metadata, StoredTensor, StoredTensors } from './safetensors-header.ts';
export { keepSpec, specIn } from './spec-file.ts';
export { surveyRuns, type RunOnDisk } from './survey.ts';
export { isSaved, lastStep, openRunFrom, runAt, type RunAt } from './take-over.ts';
export { verifyRun, type Verified } from './verify-run.ts';
export { finishedResult, runFolder, secondsSoFar, studyFolder, writeResult } from './run-folder.ts';
