/** The process: environment, signals, exit code. */
import { closeOnSignal } from '@lab/shared/http/lifecycle.ts';
import { consoleLog } from '@lab/shared/log.ts';
import { parseConfig } from './config.ts';
import { startApi } from './service.ts';

closeOnSignal(await startApi(parseConfig(process.env), consoleLog('api')));
