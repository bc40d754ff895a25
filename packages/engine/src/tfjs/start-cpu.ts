import { useTensorFlowNow } from '../backend/use-tensorflow.ts';

useTensorFlowNow();
