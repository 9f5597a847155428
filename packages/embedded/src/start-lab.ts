import { systemClock } from '@lab/shared/clock.ts';
import { silentLog } from '@lab/shared/log.ts';
import { prepareRsaKeys } from '@lab/shared/x509/certificates.ts';
import { certificatesOf, writeCaBundle } from './certificates.ts';
import { embeddedLab } from './embedded-lab.ts';
import { workloadsOf } from './environments.ts';
import { readLab } from './lab-file.ts';
import { startPage } from './page.ts';
import { startServices } from './services.ts';
import { openState } from './state.ts';
import type { EmbeddedLab, StartLabOptions } from './types.ts';

/**
 * The lab in this process: the same services as the containers run, on free loopback ports with TLS. Any number of them
 * can run at the same time.
 * No network isolation: every program of this machine reaches every port.
 *
 * @throws LabFileError when the lab file cannot be used; Error when another lab uses the directory.
 */
export async function startLab(options: StartLabOptions = {}): Promise<EmbeddedLab> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(options);
    } catch (error) {
      // Somebody took a port between the moment it was found free and the moment it was used: others are free.
      const { code, port } = error as { code?: unknown; port?: unknown };
      const isWanted = options.port !== undefined && port === options.port;
      if (code !== 'EADDRINUSE' || isWanted || attempt === ATTEMPTS) throw error;
    }
  }
}

const ATTEMPTS = 5;
/** Those that tokens are signed with, now and next. */
const KEYS_AT_START = 2;

async function startOnce({ directory, port = 0, collector, ...declaration }: StartLabOptions): Promise<EmbeddedLab> {
  const log = silentLog;
  const state = openState(directory, systemClock.now());
  const closing: (() => unknown)[] = [state.close];
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= inReverse(closing);
    return closed;
  };
  try {
    const resolved = readLab(declaration, state.secrets);
    if (!state.isContinued) prepareRsaKeys(KEYS_AT_START);
    const issuerHosts = resolved.clusters.map(({ issuer }) => new URL(issuer).host);
    const certificates = await certificatesOf(state.certificates, issuerHosts);
    const caBundle = writeCaBundle(state.directory, certificates.publicCa);
    const services = await startServices({ state, certificates, resolved, log });
    closing.push(services.close);
    const workloads = workloadsOf({ services, caBundle, state, clusters: resolved.clusters });
    const page = await startPage({ services, certificates, state, resolved, workloads, port, collector, log });
    closing.push(page.close);
    return embeddedLab({
      services,
      certificates,
      state,
      resolved,
      workloads,
      caBundle,
      pagePort: page.ports.page,
      close,
    });
  } catch (error) {
    await close();
    throw error;
  }
}

/** The last first: who is asked is there until nobody asks any more. */
async function inReverse(closing: readonly (() => unknown)[]): Promise<void> {
  for (const work of closing.toReversed()) await work();
}
