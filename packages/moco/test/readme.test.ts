import { it } from 'vitest';
import { expectStep } from '../../teacher/test/readme-step.ts';
import { METRICS } from '../src/metrics.ts';

it('the example of README.md runs', () => expectStep(new URL('../README.md', import.meta.url), METRICS));
