/** Prints what the doctor finds, as JSON: the probe that it starts runs with this process's own flags. */
import { findings, inspect } from '@spatial-ensemble/engine';

const inspection = await inspect();
console.log(JSON.stringify({ inspection, found: findings(inspection).map(({ what }) => what) }));
