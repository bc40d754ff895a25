/** The plan of a study's runs, in its folder of the run store. */
export const PLAN_FILE = 'study.json';
