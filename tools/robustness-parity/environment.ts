import { execFileSync } from 'node:child_process';
import { pytorchEnvironment, type Environment } from '../bench/environment.ts';

const MORE = ['torchattacks==3.5.1', 'scipy==1.17.1', 'scikit-image==0.26.0', 'opencv-python-headless==5.0.0.93'];
// Its own requirements name an OpenCV that needs a display's libraries.
const ALONE = 'imagecorruptions==1.1.2';

/** A Python with PyTorch, torchattacks and imagecorruptions, or that of `SPATIAL_ENSEMBLE_PYTORCH`. */
export function robustnessEnvironment(log: (line: string) => void): Environment {
  const environment = pytorchEnvironment(log, MORE);
  if ((process.env['SPATIAL_ENSEMBLE_PYTORCH'] ?? '') !== '') return environment;
  const pip = ['-I', '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', ALONE];
  execFileSync(environment.python, pip, { stdio: ['ignore', 'ignore', 'pipe'] });
  return environment;
}
