/**
 * The checks that are switched off, by what they belong to. A check that moves or changes takes its row along: a text
 * that is not found any more, or found twice, fails the unit tests, and with them `npm test`.
 */
import type { Mutant } from '../mutant.ts';
import { API_OF_ONES_OWN } from './api.ts';
import { ARM } from './arm.ts';
import { AUTHORIZATION } from './authorization.ts';
import { BLOB } from './blob.ts';
import { CLUSTER } from './cluster.ts';
import { DNS } from './dns.ts';
import { EDGES } from './edges.ts';
import { EMBEDDED } from './embedded.ts';
import { ENTRA } from './entra.ts';
import { EXERCISES } from './exercises.ts';
import { EXPRESS } from './express.ts';
import { FABRIC } from './fabric.ts';
import { FAULTS } from './faults.ts';
import { FEDERATION } from './federation.ts';
import { GRAPH } from './graph.ts';
import { IMDS } from './imds.ts';
import { ISOLATION } from './isolation.ts';
import { KEYVAULT } from './keyvault.ts';
import { RBAC } from './rbac.ts';
import { STATE } from './state.ts';
import { TOKENS } from './tokens.ts';
import { VAULTS } from './vaults.ts';
import { WORKLOADS } from './workloads.ts';

export const MUTANTS: readonly Mutant[] = [
  ...TOKENS,
  ...EXPRESS,
  ...API_OF_ONES_OWN,
  ...RBAC,
  ...AUTHORIZATION,
  ...IMDS,
  ...ENTRA,
  ...FEDERATION,
  ...GRAPH,
  ...KEYVAULT,
  ...BLOB,
  ...CLUSTER,
  ...VAULTS,
  ...DNS,
  ...ARM,
  ...FABRIC,
  ...FAULTS,
  ...EDGES,
  ...WORKLOADS,
  ...ISOLATION,
  ...EXERCISES,
  ...EMBEDDED,
  ...STATE,
];
