import { closeOnSignal } from '@lab/shared/http/lifecycle.ts';
import { consoleLog } from '@lab/shared/log.ts';
import { parseConfig } from './config.ts';
import { startImds } from './service.ts';

closeOnSignal(await startImds(parseConfig(process.env), consoleLog('imds')));
