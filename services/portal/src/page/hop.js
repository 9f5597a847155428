/** One request as the service that answered it saw it: what was asked, which checks it passed, why yes or no. */
import { el, milliseconds } from './text.js';

export function showHop(event) {
  const said = inOneLine(event);
  return el(
    'details',
    { class: 'hop' },
    el(
      'summary',
      {},
      el('span', { class: 'service' }, event.service),
      el('code', {}, `${event.method} ${event.path}`),
      el('span', { class: `status ${tone(event.status)}` }, String(event.status)),
      said && el('span', { class: 'said' }, said),
    ),
    el(
      'div',
      { class: 'more' },
      showFacts(event),
      showChecks(event.checks),
      [event.decision, ...(event.furtherDecisions ?? [])].flatMap((one) => showDecision(one) ?? []),
    ),
  );
}

/** A refusal is not a fault: the challenge of Key Vault is a 401, and the probe for IMDS a 400. */
const tone = (status) => (status < 400 ? 'good' : status < 500 ? 'note' : 'bad');

function inOneLine({ operation, checks = [], decision, errorCode, note }) {
  const failed = checks.find(({ outcome }) => outcome === 'failed');
  if (failed) return failed.reason ?? `The check '${failed.check}' failed.`;
  if (decision?.grantedBy === null) return `No role assignment allows ${decision.operation}.`;
  return [operation, note ?? errorCode].filter(Boolean).join(': ');
}

function showFacts(event) {
  const facts = [
    ['Host', event.host],
    ['From', [event.remoteAddress, event.caller ?? event.virtualMachine].filter(Boolean).join(', ')],
    ['Token of', event.virtualMachine ?? event.site],
    ['Operation', event.operation],
    ['Principal', event.principalId],
    ['Client', event.clientId],
    ['Audience', event.audience],
    ['Token id', event.tokenId],
    ['Error code', event.errorCode],
    ['Error', event.errorMessage],
    ['Note', event.note],
    ['Time', `${event.at}, took ${milliseconds(event.durationMs)}`],
  ];
  const known = facts.filter(([, value]) => value !== undefined && value !== '');
  return el(
    'dl',
    { class: 'facts' },
    known.flatMap(([name, value]) => [el('dt', {}, name), el('dd', {}, el('code', {}, value))]),
  );
}

function showChecks(checks = []) {
  if (checks.length === 0) return undefined;
  const items = checks.map(({ check, outcome, reason }) => {
    const good = outcome === 'passed';
    return el('li', { class: good ? 'good' : 'bad' }, sign(good ? '✓' : '✗'), check, reason && `: ${reason}`);
  });
  return [el('h5', {}, 'Checks, in the order made'), el('ul', { class: 'checks' }, items)];
}

function showDecision(decision) {
  if (!decision) return undefined;
  const { operation, resourceId, grantedBy, considered } = decision;
  const items = considered.map(({ roleName, scope, verdict, condition }) => {
    const grants = verdict === 'grants';
    const where = el('small', {}, ' at ', el('code', {}, scope));
    const under = condition === undefined ? '' : el('small', {}, ': ', el('code', {}, condition));
    return el(
      'li',
      { class: grants ? 'good' : 'plain' },
      sign(grants ? '✓' : '–'),
      `${roleName}: ${verdict}`,
      where,
      under,
    );
  });
  return [
    el('h5', {}, grantedBy === null ? 'Decision: not allowed' : 'Decision: allowed'),
    el('dl', { class: 'facts' }, fact('Asked for', operation), fact('On', resourceId)),
    el('h5', {}, items.length === 0 ? 'The principal has no role assignment' : 'Role assignments considered'),
    el('ul', { class: 'checks assignments' }, items),
  ];
}

const fact = (name, value) => [el('dt', {}, name), el('dd', {}, el('code', {}, value))];
const sign = (text) => el('span', { class: 'sign', 'aria-hidden': 'true' }, text);
