export { isBegunAnew, placeOfRun } from './begun-anew.ts';
export { claimRun } from './claim.ts';
export { openRun, savedRun, type OpenRun, type SavedRun } from './open-run.ts';
export { PLAN_FILE } from './plan-file.ts';
export { readPlans, readResults, readTables } from './read-results.ts';
export { readStored } from './read-stored.ts';
export { decodeSafetensors, encodeSafetensors } from './safetensors.ts';
export type { StoredTensor } from './safetensors-header.ts';
export { finishedResult, runFolder, secondsSoFar, studyFolder, writeResult } from './run-folder.ts';
