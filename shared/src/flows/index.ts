/**
 * Flows: what happened at the services, put together into what a client wanted, and told step by step. Pure, for the portal,
 * its page and its spans alike: knows neither HTTP nor a clock, and imports nothing of Node.
 *
 * An event is one request at one service; a flow is every request that one wish led to; a step is an event as it is drawn,
 * from one part of the lab to another, with the sentence that says what happened.
 */
export { eventIdOf } from './event-id.ts';
export { type Flow, type FlowBook, flowBook } from './flow-book.ts';
export { type FlowSummary, summaryOf } from './flow-summary.ts';
export { toMermaid } from './mermaid.ts';
export { type Message, messagesOf } from './messages.ts';
export { SENTENCE_KEYS, type Sentence } from './sentences.ts';
export { type Step, type StepOutcome, stepsOf } from './steps.ts';
