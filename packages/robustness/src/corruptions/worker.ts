import { worker } from 'workerpool';
import { corruptAll } from './corrupt-all.ts';

// The thread that corrupts. It loads no TensorFlow, and keeps nothing from one call to the next.

worker({ corruptAll });
