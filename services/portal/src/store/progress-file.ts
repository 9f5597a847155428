import type { Log } from '@lab/shared/log.ts';
import { Progress, type ProgressStore } from '../domain/progress.ts';
import { Answers, type AnswersStore } from '../quiz/quiz.ts';
import { keptFile } from './kept-file.ts';

/** How far everybody is with the exercises. */
export const progressFile = (path: string, log: Log): ProgressStore =>
  keptFile(path, Progress, { none: {}, what: 'progress of the exercises', log });

/** What everybody answered in the quiz. */
export const answersFile = (path: string, log: Log): AnswersStore =>
  keptFile(path, Answers, { none: {}, what: 'answers of the quiz', log });
