import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKS, NOTES, VERDICTS } from '@lab/shared/event-words.ts';
import { SENTENCE_KEYS, type StepOutcome } from '@lab/shared/flows/index.ts';
import { FLAW_NAMES } from '@lab/shared/forge/flaws.ts';
import { ISOLATION_TARGETS } from '@lab/shared/lab/isolation-targets.ts';
import type { NoAnswer } from '@lab/shared/lab/lab-request.ts';
import { readWiring } from '@lab/shared/lab/read-wiring.ts';
import type {
  ExerciseState,
  LabService,
  PrincipalAccess,
  TokenInspection,
  TokenReport,
  Workload,
  WorkloadRun,
} from '@managed-identity-lab/client';
import { describe, expect, it } from 'vitest';
import { REASONS } from '../../../src/domain/isolation/explain.ts';
import type { ProbeResult } from '../../../src/domain/isolation/probes.ts';
import { EVENT_SERVICES, SERVICES } from '../../../src/domain/services.ts';
import { QUESTIONS as QUIZ } from '../../../src/quiz/questions.ts';
import { parseTexts } from '../../build/parse-texts.ts';
import { THEMES } from '../app/theme.ts';
import { VIEWS } from '../app/views.ts';
import type { Connection, Notice } from '../live/event-store.ts';
import type { StepState } from '../program/run-state.ts';
import type { Action } from '../views/access/action.ts';
import { ENTRY_KINDS, type Principal } from '../views/access/model.ts';
import type { Proposal } from '../views/access/proposals.ts';
import { QUESTIONS, verdictKey } from '../views/access/questions.ts';
import { templates } from '../views/console/templates.ts';
import { DAMAGES, RETRIES, SPANS } from '../views/faults/draft.ts';
import { PRESETS } from '../views/faults/presets.ts';
import { layOut } from '../views/flow/topology/layout.ts';
import type { Layer, Step, Verdict } from '../views/isolation/verdict.ts';
import { KINDS } from '../views/room/own-place.tsx';
import { slug } from './slug.ts';
import { LANGUAGES } from './texts.ts';

/**
 * Keys that code puts together: `t(`outcome.${outcome}`)`. Each has all its possible values here, of the tables and types of the
 * sources, so that one without a text is found before a page shows the key itself.
 */

const PAGE = join(import.meta.dirname, '..', '..');
const ROOT = join(PAGE, '..', '..', '..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** Every member of a union: the compiler says which one is missing, and which one is too much. */
const each = <T extends string>(all: Readonly<Record<T, true>>): string[] => Object.keys(all);

const notices = { back: true, restarted: true, missed: true } as const;
const flowOutcomes = each<StepOutcome>({ succeeded: true, challenged: true, failed: true });
const actions = each<Action['kind']>({
  ...{ assignSystemIdentity: true, removeSystemIdentity: true, assignUserIdentity: true, removeUserIdentity: true },
  ...{ createIdentity: true, deleteIdentity: true, createRoleAssignment: true, deleteRoleAssignment: true },
  ...{ deleteVirtualMachine: true, rotateCertificate: true, rotateSigningKeys: true },
});
const workloadKinds = each<Workload['kind']>({ virtualMachine: true, functionApp: true, pod: true, outsider: true });
const noAnswers = each<NoAnswer>({
  ...{ 'default-route': true, 'no-name': true, 'no-route': true, refused: true, timeout: true },
  ...{ tls: true, cut: true, 'no-http': true, failed: true },
});
const accessPrincipals = each<PrincipalAccess['kind'] | Principal['kind']>({
  ...{ systemAssigned: true, userAssigned: true, application: true, operator: true, unknown: true },
});
const faultServices = each<LabService>({
  ...{ imds: true, appservice: true, entra: true, keyvault: true, blob: true, arm: true },
});
const tokenServices = each<TokenReport['service']>({ keyvault: true, blob: true, arm: true, graph: true, api: true });
const signatures = each<TokenInspection['signature']['outcome']>({ passed: true, failed: true, unknown: true });
const stops = each<Exclude<ProbeResult['failure'], undefined> | 'default-route' | 'reached' | 'status'>({
  ...{ 'no-token': true, 'no-name': true, 'no-route': true, refused: true, timeout: true, tls: true, closed: true },
  ...{ 'default-route': true, reached: true, status: true },
});
const isolation = each<Verdict>({ reached: true, stopped: true, refused: true, unsent: true });
const layers = each<Layer>({ token: true, name: true, route: true, connection: true, tls: true, answer: true });
const groups = [...new Set(ISOLATION_TARGETS.map(({ group }) => group))];
const questions = [...new Set(Object.values(QUESTIONS).flatMap((all) => all.map(({ id }) => id)))];
const requests = templates({
  ...{ vault: 'v', secret: 's', account: 'a', container: 'c', tenantId: 't', podClientId: 'p' },
});
const programSteps = [...read('services/app/src/program.ts').matchAll(/await step\('([^']+)'/g)].map(([, name]) =>
  slug(name ?? ''),
);
const { parts, networks: wired } = readWiring(read('docker-compose.yml'));
const { nodes } = layOut({ parts: parts.map(({ name }) => ({ name, networks: [] })), networks: wired }, 1);
const networks = nodes.flatMap(({ kind, label }) => (kind === 'network' ? [label] : []));

/** By the file of texts and the key, with `*` for what is filled in. */
const POSSIBLE: Readonly<Record<string, readonly string[]>> = {
  'shell connection.*': each<Connection>({ connecting: true, live: true, lost: true }),
  'shell notice.*': each<Exclude<Notice['kind'], 'lost'>>(notices),
  'shell language.*': LANGUAGES,
  'shell theme.*': THEMES,
  'shell said.*': ['service', 'program', 'lab', 'page'],
  'start about.*': workloadKinds,
  'start outcome.*': each<WorkloadRun['outcome']>({ succeeded: true, failed: true, 'timed out': true }).map(slug),
  'start plays.*': [...SERVICES, 'portal'],
  'start reached.*': ['dns', 'portal'],
  'start step.*': programSteps,
  'flow part.*': [...EVENT_SERVICES, 'portal', 'unknown'],
  'flow sentence.*': SENTENCE_KEYS,
  'flow outcome.*': flowOutcomes,
  'flow notice.*': each<Notice['kind']>({ ...notices, lost: true }),
  'flow check-*': ['passed', 'failed'],
  'flow verdict.*': VERDICTS.map(slug),
  'flow note.*': [...NOTES.map(slug), 'forged-flaw'],
  'checks name.*': CHECKS.map(slug),
  'checks failed.*': CHECKS.map(slug),
  'topology network.*': networks,
  'isolation target.*': ISOLATION_TARGETS.map(({ id }) => id),
  'isolation group.*': groups,
  'isolation reason.*': REASONS,
  'isolation short.*': stops,
  'isolation verdict.*': isolation,
  'isolation legend.*': isolation.filter((verdict) => verdict !== 'unsent'),
  'isolation layer.*': layers,
  'isolation state.*': each<Step['state']>({ done: true, stopped: true, untried: true }),
  'isolation fact.*': ['address', 'status', 'code', 'took', 'at'],
  'tokens kind.*': workloadKinds,
  'tokens no-answer.*': noAnswers,
  'tokens flaw.*': ['good', ...FLAW_NAMES],
  'tokens principal.*': ['SystemAssigned', 'UserAssigned', 'application'],
  'tokens service.*': tokenServices,
  'tokens signature.*': signatures,
  'tokens signature.*.about': signatures.filter((outcome) => outcome !== 'failed'),
  'tokens checks.*': ['passed', 'failed'],
  'tokens verdict.*': VERDICTS.map(slug),
  'access reason.*': each<PrincipalAccess['reason']>({
    ...{ granted: true, notGranted: true, denied: true, otherTenant: true, unknown: true },
  }),
  'access principal.*': accessPrincipals,
  'access kind.*': ENTRY_KINDS,
  'access question.*': questions,
  'access do.*': actions,
  'access about.*': actions,
  'access form.*': each<Exclude<Proposal['form'], 'confirm'>>({ role: true, identity: true }),
  'access verdict.*': VERDICTS.map((verdict) => verdictKey(verdict).replace('verdict.', '')),
  'faults preset.*': PRESETS.map(({ id }) => id),
  'faults service.*': faultServices,
  'faults damage.*': DAMAGES,
  'faults retry.*': RETRIES,
  'faults span.*': SPANS,
  'console template.*': requests.map(({ id }) => id),
  'console group.*': requests.map(({ group }) => group),
  'console kind.*': workloadKinds,
  'console stopped.*': noAnswers,
  'console stopped-why.*': noAnswers,
  'console stopped-short.*': noAnswers,
  'console step-state.*': each<StepState | 'waits'>({ begun: true, succeeded: true, failed: true, waits: true }),
  'exercises state.*': each<ExerciseState['state']>({ new: true, started: true, passed: true }),
  'exercises needs.*': ['trainer', 'isolation'],
  'quiz number.*': ['open', 'right', 'wrong'],
  'quiz-questions *.*': QUIZ.flatMap(({ id, choices }) => choices.map((one) => `${id}.${one}`)),
  'quiz-questions *.why': QUIZ.map(({ id }) => id),
  'quiz-questions *.no-flow': QUIZ.filter(({ flow }) => !flow?.act || flow.needs).map(({ id }) => id),
  'room kind.*': KINDS,
};

/** A row of the map has the name of its target where it has none of its own. */
const ELSEWHERE = ['isolation row.*'];

/** Not as `t(`…`)`, so that they are not found below: `slug`, `verdictKey` and `known` put them together. */
const PUT_TOGETHER = [
  'checks name.*',
  'checks failed.*',
  'flow verdict.*',
  'flow note.*',
  'access verdict.*',
  'start step.*',
  'exercises needs.*',
];

const texts = (name: string) => parseTexts(readFileSync(join(PAGE, 'texts', 'en', `${name}.md`), 'utf8'));

it('every key that code puts together is known here, and none besides', () => {
  const found = globSync('src/**/*.{ts,tsx}', { cwd: PAGE })
    .filter((file) => !file.endsWith('.test.ts'))
    .flatMap(keysPutTogetherIn);
  const known = [...Object.keys(POSSIBLE), ...ELSEWHERE].filter((key) => !PUT_TOGETHER.includes(key));
  expect([...new Set(found)].toSorted()).toEqual(known.toSorted());
});

describe.each(Object.entries(POSSIBLE))('%s', (key, values) => {
  it('has a text for everything that can stand there', () => {
    const [name = '', pattern = ''] = key.split(' ');
    const has = texts(name);
    expect(values.length).toBeGreaterThan(1);
    expect(values.map((value) => pattern.replace(/\*(\.\*)?/, value)).filter((one) => !has.has(one))).toEqual([]);
  });
});

it('every key that is handed on as it is has a text', () => {
  const handedOn = globSync('src/views/*/**/*.{ts,tsx}', { cwd: PAGE }).flatMap((file) => {
    const view = file.split('/')[2] ?? '';
    const code = readFileSync(join(PAGE, file), 'utf8');
    return [...code.matchAll(/(?:\bkey: |(?<=: ))'((?:problem|effect)\.[\w-]+)'/g)].map(
      ([, key = '']) => [view, key] as const,
    );
  });
  expect(handedOn.length).toBeGreaterThan(20);
  expect(handedOn.filter(([view, key]) => !texts(view).has(key))).toEqual([]);
});

it('every view has a title for the navigation', () => {
  expect(VIEWS.filter(({ name }) => !texts(name).has('title'))).toEqual([]);
});

/** Such as `flow outcome.*`: by `t`, `t.rich`, `t.has` or `text=`, of the file of texts that `useTexts` was given. */
function keysPutTogetherIn(file: string): string[] {
  const code = readFileSync(join(PAGE, file), 'utf8');
  const named = new Map(
    [...code.matchAll(/const (\w+) = useTexts\(['`]([^'`]+)['`]\)/g)].map(([, variable = '', name = '']) => [
      variable,
      name.replaceAll(/\$\{[^}]*\}/g, '*'),
    ]),
  );
  const ofView = file.split('/')[2] ?? '';
  const used = [
    ...code.matchAll(/\b(\w+)(?:\.rich|\.has)?\(\s*`([^`]*\$\{[^`]*)`/g),
    ...code.matchAll(/<Rich\s+of=\{(\w+)\}\s+text=\{`([^`]*)`/g),
  ];
  return used.flatMap(([, variable = '', key = '']) => {
    const name = named.get(variable) ?? (variable === 't' ? ofView : undefined);
    return name === undefined ? [] : [`${name} ${key.replaceAll(/\$\{[^}]*\}/g, '*')}`];
  });
}
