/** One run: the steps of the program, and under each what the services saw while it lasted. */
import { showHop } from './hop.js';
import { el, milliseconds } from './text.js';

export function showRun({ steps, events, unheard }) {
  const { inSteps, outside } = groupByStep(steps, events);
  return el(
    'ol',
    { class: 'steps' },
    steps.map((step, index) => showStep(step, inSteps[index])),
    outside.length > 0 &&
      el('li', { class: 'step plain' }, mark('·'), el('h4', {}, 'Outside the steps'), showHops(outside)),
    unheard.length > 0 &&
      el(
        'li',
        { class: 'step plain' },
        mark('?'),
        el('h4', {}, `Could not be asked what they saw: ${unheard.join(', ')}`),
      ),
  );
}

function showStep(step, events) {
  const good = step.outcome === 'succeeded';
  return el(
    'li',
    { class: `step ${good ? 'good' : 'bad'}` },
    mark(good ? '✓' : '✗', good ? 'Succeeded: ' : 'Failed: '),
    el('div', { class: 'line' }, el('h4', {}, step.step), el('span', { class: 'took' }, milliseconds(step.durationMs))),
    el('p', { class: 'asked' }, el('code', {}, step.asked)),
    step.result !== undefined && el('p', { class: 'result' }, step.result),
    step.error && showError(step.error),
    showHops(events),
  );
}

function showError({ name, code, statusCode, message }) {
  const facts = [statusCode && `HTTP ${statusCode}`, code].filter(Boolean).join(', ');
  return el(
    'div',
    { class: 'error' },
    el('strong', {}, name),
    facts && ` (${facts})`,
    el('pre', { tabindex: '0', 'aria-label': 'Message' }, message),
  );
}

function showHops(events) {
  if (events.length === 0) return undefined;
  return el('div', { class: 'hops' }, events.map(showHop));
}

function mark(sign, spoken = '') {
  return el('span', { class: 'mark', role: 'img', 'aria-label': spoken || 'Note' }, sign);
}

/** All parts of the lab share one clock, so an event belongs to the step that was under way when it began. */
function groupByStep(steps, events) {
  const inSteps = steps.map(() => []);
  const outside = [];
  for (const event of events) {
    const at = Date.parse(event.at);
    const index = steps.findLastIndex(
      (step) => Date.parse(step.at) <= at && at <= Date.parse(step.at) + step.durationMs + 1,
    );
    (inSteps[index] ?? outside).push(event);
  }
  return { inSteps, outside };
}
