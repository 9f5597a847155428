import type { IsolationTarget } from '@lab/shared/lab/isolation-targets.ts';
import type { WiredPart, Wiring } from '@lab/shared/lab/wiring.ts';
import type { ProbeResult } from './probes.ts';

/** Why a probe came as far as it did: a key of a text, what stands in it, and the lines of docker-compose.yml that cause it. */
export type Explained = {
  readonly outcome: 'reached' | 'stopped';
  /** What stopped it: a layer, or the status of the answer. */
  readonly stoppedBy?: string;
  readonly reason: Reason;
  readonly values: Readonly<Record<string, string>>;
  readonly line?: number;
  readonly lastLine?: number;
};

/** Each has a sentence on the page. */
export const REASONS = [
  'default-route',
  'no-way-out',
  'no-route',
  'nobody-there',
  'no-name',
  'unknown-name',
  'control-elsewhere',
  'refused',
  'timeout',
  'tls',
  'other-name',
  'closed',
  'no-token-no-route',
  'no-token',
  'identity-given',
  'identity-refused',
  'open',
  'token-accepted',
  'role-above',
  'token-missing',
  'token-refused',
  'no-permission',
  'no-role',
  'no-role-above',
  'answered',
] as const;
export type Reason = (typeof REASONS)[number];

type Lines = { readonly line?: number | undefined; readonly lastLine?: number | undefined };

/**
 * @param source The machine's name and its service of docker-compose.yml. Absent: it is not of that file, and no line can be
 *   shown for what it has.
 * @param result Absent: its agent sent nothing, because it has a way out of the lab.
 */
export function explain({
  machine,
  source,
  target,
  host,
  result,
  wiring,
}: {
  machine: string;
  source: WiredPart | undefined;
  target: IsolationTarget;
  /** Of what was asked. */
  host: string;
  result: ProbeResult | undefined;
  wiring: Wiring;
}): Explained {
  const attached = source?.networks.find(({ name }) => name === target.network);
  const way: Lines = { line: attached?.line };
  const all: Lines = { line: source?.networksLines?.first, lastLine: source?.networksLines?.last };
  const explained = (stoppedBy: string | undefined, reason: Reason, { line, lastLine }: Lines = {}): Explained => ({
    outcome: stoppedBy === undefined ? 'reached' : 'stopped',
    ...(stoppedBy !== undefined && { stoppedBy }),
    reason,
    values: {
      source: machine,
      part: target.part,
      network: target.network,
      networks: source?.networks.map(({ name }) => name).join(', ') ?? '–',
      host,
      ...(target.action !== undefined && { action: target.action }),
      ...(result && valuesOf(result)),
    },
    ...(line !== undefined && { line }),
    ...(line !== undefined && lastLine !== undefined && lastLine !== line && { lastLine }),
  });

  if (!result) return explained('default-route', 'default-route');
  if (target.group === 'outside') return explained('no-route', 'no-way-out', internalNetworkOf(source, wiring));
  switch (result.failure) {
    case 'no-token':
      return result.tokenRefused.failure === 'no-route'
        ? explained('no-token', 'no-token-no-route', all)
        : explained('no-token', 'no-token', all);
    case 'no-name':
      return attached ? explained('no-name', 'unknown-name', way) : explained('no-name', 'no-name', all);
    case 'no-route':
      return attached
        ? explained('no-route', 'nobody-there', startOf(target, wiring))
        : explained('no-route', 'no-route', all);
    case 'refused':
      return target.group === 'fabric'
        ? explained('refused', 'control-elsewhere', attachmentOf(target, 'fabric', wiring))
        : explained('refused', 'refused', way);
    case 'tls':
      return result.code === OTHER_NAME
        ? explained('tls', 'other-name', attachmentOf(target, target.network, wiring))
        : explained('tls', 'tls', way);
    case 'timeout':
    case 'closed':
      return explained(result.failure, result.failure, way);
  }
  const { status = 0 } = result;
  const isIdentity = target.group === 'identity';
  if (status < 400) return explained(undefined, openedBy(target), way);
  if (isIdentity) return explained(String(status), 'identity-refused', way);
  if (status === 401) return explained('401', target.audience === undefined ? 'token-missing' : 'token-refused', way);
  if (status === 403) return explained('403', forbiddenBy(target), way);
  return explained(String(status), 'answered', way);
}

/** Node's word for a certificate that is good, and for somebody else's names. */
const OTHER_NAME = 'ERR_TLS_CERT_ALTNAME_INVALID';

function openedBy(target: IsolationTarget): Reason {
  if (target.group === 'identity') return 'identity-given';
  if (target.audience === undefined) return 'open';
  return isOfVaultItself(target) ? 'role-above' : 'token-accepted';
}

function forbiddenBy(target: IsolationTarget): Reason {
  if (target.action === undefined) return 'no-permission';
  return isOfVaultItself(target) ? 'no-role-above' : 'no-role';
}

/** In Resource Manager, where role assignments alone decide: in a vault its access policies may. */
const isOfVaultItself = ({ action, part }: IsolationTarget): boolean => action !== undefined && part === 'arm';

function valuesOf(result: ProbeResult): Record<string, string> {
  const { status, code, address } = result.failure === 'no-token' ? result.tokenRefused : result;
  return {
    ...(status !== undefined && { status: String(status) }),
    ...(code !== undefined && { code }),
    ...(address !== undefined && { address }),
  };
}

/** What says that nothing leads out of a network that the machine is on. All of its networks say so; one is shown. */
function internalNetworkOf(source: WiredPart | undefined, { networks }: Wiring): Lines {
  const own = networks.filter(({ name }) => source?.networks.some((one) => one.name === name));
  return { line: (own.find(({ name }) => name === 'azure') ?? own[0])?.internalLine };
}

/** What puts a service on a network: its control API on the fabric alone, its public one under the names of its certificate. */
function attachmentOf({ part }: IsolationTarget, network: string, { parts }: Wiring): Lines {
  const service = parts.find(({ name }) => name === part);
  return { line: service?.networks.find(({ name }) => name === network)?.line };
}

/** What has to be started for it to be there. */
function startOf({ part }: IsolationTarget, { parts }: Wiring): Lines {
  const service = parts.find(({ name }) => name === part);
  return { line: service?.profileLine ?? service?.line };
}
