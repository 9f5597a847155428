import { closeOnSignal } from '@lab/shared/http/lifecycle.ts';
import { consoleLog } from '@lab/shared/log.ts';
import { parseConfig } from './config.ts';
import { startDns } from './service.ts';

closeOnSignal(await startDns(parseConfig(process.env), consoleLog('dns')));
