import * as tls from 'node:tls';
import type { Environment } from './types.ts';

/**
 * Makes this process a program of the lab: sets the variables, and trusts the authority besides those that it trusts.
 * Connections that were opened before, and tokens that SDKs keep in memory, stay what they are.
 * @returns what undoes it.
 */
export function actAs(environment: Environment, publicCa: string): () => void {
  const before = Object.keys(environment).map((name) => [name, process.env[name]] as const);
  const authorities = tls.getCACertificates('default');
  Object.assign(process.env, environment);
  tls.setDefaultCACertificates([...authorities, publicCa]);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    tls.setDefaultCACertificates(authorities);
  };
}
