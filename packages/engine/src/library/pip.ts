import { spawn, type ChildProcess } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BY_HAND, LibraryError, type LibraryProblem } from './errors.ts';
import type { Environment } from './location.ts';
import type { PinnedWheel } from './wheel.ts';

/** Names the Python whose pip fetches, where `python3` is not it. */
const PYTHON_VARIABLE = 'SPATIAL_ENSEMBLE_PYTHON';

// As `python3 -m pip`, but for modules of the current folder: a pip.py there would be run. `-I` would leave out the user's
// own pip and settings too.
const PIP =
  "import sys; sys.path[:] = [p for p in sys.path if p]; import runpy; runpy.run_module('pip', run_name='__main__', alter_sys=True)";

// Any Python's pip can fetch for another one; the library that is taken from the wheel needs none.
const PYTHON_VERSION = '3.12';

/** What pip says, and what it means. The first that matches is taken; a later one can be the consequence of an earlier. */
const MEANINGS: readonly (readonly [RegExp, LibraryProblem, string])[] = [
  [
    /No module named '?pip\b/,
    'no-pip',
    'this Python has no pip. Install it: `sudo apt-get install python3-pip` on Debian and Ubuntu, `sudo dnf install python3-pip` on Fedora and RHEL, `python3 -m ensurepip --user` elsewhere.',
  ],
  [/no such option/i, 'old-pip', 'this pip is too old. Renew it: `python3 -m pip install --user --upgrade pip`.'],
  [
    /DO NOT MATCH THE HASHES|hash(es)? mismatch/i,
    'hash-mismatch',
    'what was downloaded is not what this version of the project expects: the download was damaged, or a mirror serves other files. Nothing of it was kept. Try again; if it happens again, ask who runs the package index that your pip uses, or use another one.',
  ],
  [
    /BadZipFile|invalid wheel|is invalid\b|not a zip file/i,
    'corrupt-wheel',
    'the wheel is damaged. Nothing of it was kept. Try again; if it happens again, use another package index.',
  ],
  [
    /No space left on device|Errno 28\b/,
    'disk-space',
    'the disk is full. Free some space and try again; what is already there is kept.',
  ],
  [
    /CERTIFICATE_VERIFY_FAILED|SSLError|certificate verify failed/i,
    'certificate',
    'the package index has a certificate that pip does not trust. Behind a proxy that inspects traffic, name its certificate: `python3 -m pip config set global.cert /path/to/certificates.pem`, or set PIP_CERT.',
  ],
  [
    /NewConnectionError|Failed to establish a new connection|Temporary failure in name resolution|Name or service not known|Max retries exceeded|ProxyError|Read timed out|ConnectTimeout|ConnectionError|Connection (refused|reset|broken)|Network is unreachable/i,
    'no-network',
    'the package index cannot be reached. Check the connection, or tell pip of your mirror or proxy: `python3 -m pip config set global.index-url ADDRESS`, PIP_INDEX_URL, HTTPS_PROXY. Once fetched, no network is needed.',
  ],
  [
    /No matching distribution found|Could not find a version/i,
    'not-in-index',
    'the package index that your pip uses does not offer it. Try another index: `python3 -m pip config set global.index-url ADDRESS`, or PIP_INDEX_URL; or put the wheel into a folder and set PIP_FIND_LINKS to it.',
  ],
];

/** Turns pip's end into an error that says what to do. */
function pipError(wheel: PinnedWheel, python: string, stderr: string): LibraryError {
  const what = `could not fetch ${wheel.name} ${wheel.version}: `;
  const meaning = MEANINGS.find(([pattern]) => pattern.test(stderr));
  const said = stderr
    .trim()
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('WARNING: Location'))
    .slice(-6);
  const quoted = said.length === 0 ? '' : `\npip (of ${python}) said:\n${said.map((line) => `  ${line}`).join('\n')}`;
  const [problem, advice] = meaning === undefined ? (['pip-failed', 'pip failed.'] as const) : [meaning[1], meaning[2]];
  return new LibraryError(problem, `${what}${advice} ${BY_HAND}${quoted}`);
}

/**
 * Fetches one wheel with the user's own pip, through whatever index, mirror, proxy and certificates it is set up with;
 * pip verifies its hash.
 *
 * @param directory an existing folder for all that pip writes, temporary files too.
 * @returns the folder that then holds the wheel.
 * @throws LibraryError that says what to do.
 */
export async function pipDownload(wheel: PinnedWheel, directory: string, env: Environment): Promise<string> {
  const python = env[PYTHON_VARIABLE] || 'python3';
  const requirements = join(directory, 'requirements.txt');
  const destination = join(directory, 'wheel');
  await writeFile(requirements, `${wheel.name}==${wheel.version} --hash=sha256:${wheel.sha256}\n`);
  const options = [
    '--no-deps',
    '--only-binary=:all:',
    '--require-hashes',
    '--no-cache-dir',
    '--no-input',
    '--disable-pip-version-check',
  ];
  const platform = ['--python-version', PYTHON_VERSION, '--implementation', 'cp', '--platform', wheel.platform];
  const command = [
    '-c',
    PIP,
    'download',
    ...options,
    '--progress-bar',
    'off',
    ...platform,
    '--dest',
    destination,
    '-r',
    requirements,
  ];
  const { code, stderr } = await run(python, command, wheel, {
    ...env,
    // Beside the cache, where the space was checked, and where a left-over is found and removed.
    TMPDIR: directory,
    // A demand for virtual environments is about installing, which this is not.
    PIP_REQUIRE_VIRTUALENV: '0',
    PYTHONWARNINGS: 'ignore',
    LC_ALL: 'C.UTF-8',
  });
  if (code !== 0) throw pipError(wheel, python, stderr);
  return destination;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Starts a child that ends when this process is asked to end. It is listened for that before the child is there: a signal
 * that comes while it is being started is handled after that, and leaves none behind.
 */
function startedToEnd<C extends ChildProcess>(start: () => C): { readonly child: C; release(): void } {
  const stop = (signal: NodeJS.Signals): void => {
    child.kill();
    // Where nobody else listens, listening has taken the signal's own effect away: give it back.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  for (const signal of SIGNALS) process.once(signal, stop);
  const child = start();
  return { child, release: () => SIGNALS.forEach((signal) => process.off(signal, stop)) };
}

function run(
  python: string,
  command: readonly string[],
  wheel: PinnedWheel,
  env: Environment,
): Promise<{ code: number | null; stderr: string }> {
  return new Promise((resolve, reject) => {
    const { child, release } = startedToEnd(() =>
      spawn(python, command, { env: env as NodeJS.ProcessEnv, stdio: ['ignore', 'ignore', 'pipe'] }),
    );
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-20_000)));
    child.once('error', (error: NodeJS.ErrnoException) => {
      release();
      if (error.code !== 'ENOENT' && error.code !== 'EACCES') return reject(error);
      reject(
        new LibraryError(
          'no-python',
          `could not fetch ${wheel.name} ${wheel.version}: there is no ${python} to run pip with. Install Python 3 with pip (\`sudo apt-get install python3-pip\` on Debian and Ubuntu), or name one: ${PYTHON_VARIABLE}=/path/to/python3. ${BY_HAND}`,
        ),
      );
    });
    child.once('close', (code) => {
      release();
      resolve({ code, stderr });
    });
  });
}
