import { closeOnSignal } from '@lab/shared/http/lifecycle.ts';
import { consoleLog } from '@lab/shared/log.ts';
import { parseConfig } from './config.ts';
import { startBlob } from './service.ts';

closeOnSignal(await startBlob(parseConfig(process.env), consoleLog('blob')));
