const ENDING = '.anew';

/** Where a run is trained that is begun anew, while the result that it had is still there. */
export function anewFolder(folder: string): string {
  return `${folder}${ENDING}`;
}

/** Whether a folder is such a one. */
export function isBegunAnew(folder: string): boolean {
  return folder.endsWith(ENDING);
}
