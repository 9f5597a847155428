import { closeOnSignal } from '@lab/shared/http/lifecycle.ts';
import { consoleLog } from '@lab/shared/log.ts';
import { parseConfig } from './config.ts';
import { startEntra } from './service.ts';

closeOnSignal(await startEntra(parseConfig(process.env), consoleLog('entra')));
