/**
 * The page of the lab: asks the portal how the parts are, runs the program, and shows what came back at each hop.
 * What machines and services say is only ever set as text.
 */
import { showRun } from './run.js';
import { el, milliseconds } from './text.js';

const API = 'lab/v1';

async function refreshParts() {
  const state = document.getElementById('lab-state');
  let wait = 2_000;
  try {
    const { ready, parts } = await ask(`${API}/health`);
    const missing = parts.filter((part) => !part.ready).map((part) => part.name);
    say(state, ready ? `All ${parts.length} are ready.` : `Not ready: ${missing.join(', ')}.`);
    document.getElementById('parts').replaceChildren(...parts.map(showPart));
    showMachines(parts.filter((part) => part.kind === 'workload'));
    if (ready) wait = 15_000;
  } catch (error) {
    say(state, `The portal gave no answer: ${error.message}`);
  }
  setTimeout(refreshWhenVisible, wait);
}

function refreshWhenVisible() {
  if (!document.hidden) return refreshParts();
  document.addEventListener('visibilitychange', refreshWhenVisible, { once: true });
}

function showPart({ name, plays, reachedAs, ready, detail }) {
  return el(
    'li',
    { class: `part ${ready ? 'good' : 'bad'}` },
    el(
      'div',
      { class: 'line' },
      el('strong', {}, name),
      el('span', { class: 'ready' }, ready ? '● ready' : '○ not ready'),
    ),
    el('p', {}, plays),
    el('p', {}, /^https?:/.test(reachedAs) ? el('code', {}, reachedAs) : `Reached through ${reachedAs}`),
    detail && el('p', {}, detail),
  );
}

/** The page begins with the machines of the lab in containers; the embedded lab has those of its lab file. */
function showMachines(workloads) {
  const shown = [...document.querySelectorAll('.machine')];
  for (const machine of shown) {
    if (!workloads.some(({ name }) => name === machine.dataset.workload)) machine.remove();
  }
  for (const { name, plays } of workloads) {
    if (shown.some((machine) => machine.dataset.workload === name)) continue;
    const machine = el(
      'article',
      { class: 'machine', 'data-workload': name },
      el('h3', {}, name),
      el('p', {}, plays),
      el('button', { type: 'button' }, `Run on ${name}`),
      el('p', { class: 'state', role: 'status' }),
      el('div', { class: 'run' }),
    );
    prepare(machine);
    document.querySelector('.machines').append(machine);
  }
}

function prepare(machine) {
  const button = machine.querySelector('button');
  const state = machine.querySelector('.state');
  const place = machine.querySelector('.run');
  button.addEventListener('click', async () => {
    // Not `disabled`: that would take the keyboard's focus away.
    if (button.getAttribute('aria-disabled') === 'true') return;
    button.setAttribute('aria-disabled', 'true');
    state.className = 'state busy';
    say(state, 'Running …');
    try {
      const run = await ask(`${API}/workloads/${encodeURIComponent(machine.dataset.workload)}/run`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{}',
      });
      const good = run.outcome === 'succeeded';
      state.className = `state ${good ? 'good' : 'bad'}`;
      say(state, good ? `Succeeded in ${milliseconds(run.durationMs)}` : stopped(run));
      place.replaceChildren(showRun(run));
    } catch (error) {
      state.className = 'state bad';
      say(state, error.message);
    } finally {
      button.setAttribute('aria-disabled', 'false');
    }
  });
}

function stopped({ outcome, steps, durationMs }) {
  if (outcome === 'timed out') return `Ended unfinished after ${milliseconds(durationMs)}`;
  const failed = steps.find((step) => step.outcome === 'failed');
  return failed ? `Stopped at “${failed.step}”` : 'Stopped before the first step';
}

/** JSON of the API. Throws with the portal's own sentence where it refuses. */
async function ask(url, options) {
  const response = await fetch(url, options);
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.error?.message ?? `The portal answered ${response.status}.`);
  return body;
}

/** Only when it changed: a screen reader speaks every change. */
function say(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

for (const machine of document.querySelectorAll('.machine')) prepare(machine);
refreshParts();
