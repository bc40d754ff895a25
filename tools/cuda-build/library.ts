import { join } from 'node:path';
import { findLibrary, PINNED_BUILDS, type Library } from '@spatial-ensemble/engine';

const WHEEL = 'tensorflow';

/**
 * TensorFlow's CUDA build without NVIDIA's libraries, which a processor does not need: the pinned wheel, verified as
 * ever, in a folder of its own, so that nobody takes it for a build that finds GPUs.
 *
 * @throws LibraryError as `findLibrary` does
 */
export async function cudaBuildAlone(): Promise<Library> {
  const builds = Object.fromEntries(
    Object.entries(PINNED_BUILDS).map(([build, wheels]) => [build, wheels.filter(({ name }) => name === WHEEL)]),
  );
  const env = {
    ...process.env,
    SPATIAL_ENSEMBLE_TENSORFLOW: '',
    SPATIAL_ENSEMBLE_CACHE: join(import.meta.dirname, '../../.tmp/cuda-build'),
    SPATIAL_ENSEMBLE_NVIDIA_DRIVER: '1',
  };
  return findLibrary({ device: 'gpu', builds, env });
}
