import { isIP } from 'node:net';
import type { CApi, Pointer } from './c-functions.ts';
import { encodeServer, type Config } from './protos.ts';
import type { Status } from './status.ts';

/** Processes that compute together, each with a number: TensorFlow's own collectives join them. */
export interface Cluster {
  /**
   * `host:port` of every process, in the order of their numbers. TensorFlow listens on this process's port at all
   * addresses of the machine, whatever the host: `GrpcServer::Init` of
   * `tensorflow/core/distributed_runtime/rpc/grpc_server_lib.cc` has
   * `builder.AddListeningPort(strings::StrCat("0.0.0.0:", requested_port), …)`, and no setting for another. Its protocol
   * (gRPC) is neither encrypted nor authenticated: it belongs on a private network, behind a firewall.
   */
  readonly hosts: readonly string[];
  /** The number of this process, from 0. */
  readonly rank: number;
  /**
   * How long others are waited for that have not come yet, in seconds. They are named on standard error meanwhile, and in
   * the error that every exchange ends with then. Default 300.
   */
  readonly joinSeconds?: number;
  /**
   * Whether this process ends by force, with exit code 1, where another one is gone and it has not ended by itself within
   * some seconds: it may compute for minutes before it hears of it; and where it hangs itself. `leaveCluster` ends that.
   * Default false.
   */
  readonly endsWithPeers?: boolean;
  /**
   * How long this process may do nothing with TensorFlow and wait for nothing of it, in seconds, before it counts as one
   * that hangs: the others, which wait for it, cannot tell. Default 3600.
   */
  readonly silentSeconds?: number;
}

/** A cluster, checked and completed. */
export type SettledCluster = Required<Cluster>;

/** @throws Error for hosts that are none, come twice, or a number that is none of theirs */
export function settleCluster({
  hosts,
  rank,
  joinSeconds = 300,
  endsWithPeers = false,
  silentSeconds = 3600,
  ...unknown
}: Cluster): SettledCluster {
  const [name] = Object.keys(unknown);
  if (name !== undefined)
    throw new Error(
      `unknown option cluster.${name}: a cluster has hosts, rank, joinSeconds, endsWithPeers, silentSeconds`,
    );
  if (!Array.isArray(hosts) || hosts.length === 0) throw new Error('cluster.hosts is a list of host:port');
  for (const [i, host] of hosts.entries()) {
    if (!isHost(host))
      throw new Error(`cluster.hosts[${i}] is host:port, as in 10.0.0.2:2222, got ${JSON.stringify(host)}`);
    if (hosts.indexOf(host) !== i) throw new Error(`cluster.hosts names ${host} twice: each process has its own port`);
  }
  if (!Number.isInteger(rank) || rank < 0 || rank >= hosts.length)
    throw new Error(`cluster.rank is the number of this process, 0 to ${hosts.length - 1}, got ${String(rank)}`);
  for (const [option, seconds] of Object.entries({ joinSeconds, silentSeconds }))
    if (!Number.isInteger(seconds) || seconds < 1)
      throw new Error(`cluster.${option} is a whole number of seconds from 1 up, got ${String(seconds)}`);
  return { hosts: [...hosts], rank, joinSeconds, endsWithPeers, silentSeconds };
}

function isHost(value: unknown): value is string {
  if (typeof value !== 'string') return false;
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([A-Za-z0-9._-]+)):(\d{1,5})$/.exec(value) ?? [];
  const named = bracketed === undefined ? plain !== undefined : isIP(bracketed) === 6;
  return named && Number(port) >= 1 && Number(port) <= 65_535;
}

/**
 * Starts TensorFlow's server in this process and joins the others, which need not be there yet. The devices of the
 * context have other names afterwards.
 *
 * @throws Error where the port is taken, or TensorFlow refuses
 */
export function joinCluster(
  { api, status, context }: { readonly api: CApi; readonly status: Status; readonly context: Pointer },
  { hosts, rank }: SettledCluster,
  config: Config,
): void {
  const bytes = encodeServer({
    cluster: { job: [{ name: 'worker', tasks: Object.fromEntries(hosts.entries()) }] },
    jobName: 'worker',
    taskIndex: rank,
    defaultSessionConfig: { ...config, experimental: { collectiveGroupLeader: '/job:worker/replica:0/task:0' } },
    protocol: 'grpc',
  });
  api.TFE_EnableCollectiveOps(context, bytes, bytes.length, status.pointer);
  status.check(`process ${rank} of ${hosts.length} could not listen on ${hosts[rank]!} and join the others`);
}
