import type { Standard } from '@spatial-ensemble/nn';
import type { LaidOut } from './layouts.ts';

/** The `config.json` beside a model that timm loads from a folder; `std` is what it calls the deviation. */
export function timmConfig(
  { architecture, classes }: LaidOut,
  { mean, deviation }: Standard,
  spatialEnsemble: object,
): object {
  return {
    architecture,
    num_classes: classes,
    pretrained_cfg: { mean, std: deviation, num_classes: classes, first_conv: 'conv1', classifier: 'fc' },
    'spatial-ensemble': spatialEnsemble,
  };
}
