import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

/** Ports of the loopback address that are free now. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

/**
 * Runs a program of a test in so many processes that form a cluster, and gives what each printed as its last line.
 *
 * @param count 0: one process, which is given no hosts and joins nothing
 * @param program such as `new URL('./programs/train.ts', import.meta.url)`; it is started with the hosts, joined by commas,
 *   its own number, and `args`
 * @throws Error that holds what a process said, if one did not end well
 */
export async function runProcesses<Said>(program: URL, count: number, args: readonly string[] = []): Promise<Said[]> {
  const hosts = (await freePorts(count)).map((port) => `127.0.0.1:${port}`).join();
  // Vitest's own settings for its workers are not the program's.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(NODE_OPTIONS|VITEST|NODE_V8)/.test(name)),
  );
  const node = ['--import', 'tsx', '--conditions=@spatial-ensemble/source', fileURLToPath(program), hosts];
  const one = (rank: number): Promise<Said> =>
    new Promise((resolve, reject) => {
      execFile(process.execPath, [...node, String(rank), ...args], { env, maxBuffer: 2 ** 28 }, (error, out, err) => {
        if (error !== null) reject(new Error(`process ${rank} of ${count} ended with ${error.code}:\n${out}\n${err}`));
        else resolve(JSON.parse(out.trim().split('\n').at(-1)!) as Said);
      });
    });
  return Promise.all(Array.from({ length: Math.max(1, count) }, (_, rank) => one(rank)));
}
