import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Unpinned, torch is the CUDA build on many indexes, with gigabytes of CUDA packages behind it.
const REQUIREMENTS = ['torch==2.13.0', 'numpy==2.3.4', 'torchvision==0.28.0', 'pillow==13.0.0', 'safetensors==0.6.2'];

/** A Python with PyTorch in a folder of its own, and how to remove it. */
export interface Environment {
  readonly python: string;
  remove(): void;
}

/**
 * Makes a throw-away virtual environment with PyTorch, or takes the Python that `SPATIAL_ENSEMBLE_PYTORCH` names.
 *
 * @param more packages beside it, with their versions
 * @throws Error that says what to do when Python or PyTorch cannot be had.
 */
export function pytorchEnvironment(log: (line: string) => void, more: readonly string[] = []): Environment {
  const requirements = [...REQUIREMENTS, ...more];
  const given = process.env['SPATIAL_ENSEMBLE_PYTORCH'];
  if (given !== undefined && given !== '') return { python: given, remove: () => undefined };
  const folder = mkdtempSync(join(tmpdir(), 'spatial-ensemble-pytorch-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    log(`Installing ${REQUIREMENTS[0]} into a throw-away environment …`);
    execFileSync('python3', ['-I', '-m', 'venv', folder], { stdio: ['ignore', 'ignore', 'pipe'] });
    const python = join(folder, 'bin', 'python');
    execFileSync(python, ['-I', '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...requirements], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    return { python, remove };
  } catch (error) {
    remove();
    const detail = (error as { stderr?: Buffer }).stderr?.toString().trim() ?? String(error);
    throw new Error(
      `could not install PyTorch to compare with: ${detail}\nSet SPATIAL_ENSEMBLE_PYTORCH to a Python that has ${requirements.join(', ')}.`,
      { cause: error },
    );
  }
}
