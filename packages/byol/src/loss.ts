import { unitLength } from '@spatial-ensemble/nn';
import * as tf from '@tensorflow/tfjs-core';

/**
 * ‖p/‖p‖ − z′/‖z′‖‖² = 2 − 2 cos, the mean over the batch: 0 for equal directions, 2 for orthogonal, 4 for opposite
 * ones (google-deepmind/deepmind-research@f5de0ede byol/byol_experiment.py;
 * tengteng95/Spatial_Ensemble@e94a54b spatial_ensemble/models/m2_teacher.py:61-68).
 *
 * @param prediction `[n, d]`, of the student.
 * @param target `[n, d]`, of the teacher, through which no gradient flows.
 */
export function regressionLoss(prediction: tf.Tensor2D, target: tf.Tensor2D): tf.Scalar {
  return tf.mean(tf.sum(tf.squaredDifference(unitLength(prediction), unitLength(target)), 1)) as tf.Scalar;
}
