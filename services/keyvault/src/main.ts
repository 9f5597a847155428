/** The process: environment, signals, exit code. */
import { closeOnSignal } from '@lab/shared/http/lifecycle.ts';
import { consoleLog } from '@lab/shared/log.ts';
import { parseConfig } from './config.ts';
import { startKeyvault } from './service.ts';

closeOnSignal(await startKeyvault(parseConfig(process.env), consoleLog('keyvault')));
