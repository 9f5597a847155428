import { closeOnSignal } from '@lab/shared/http/lifecycle.ts';
import { consoleLog } from '@lab/shared/log.ts';
import { parseConfig } from './config.ts';
import { startCluster } from './service.ts';

closeOnSignal(await startCluster(parseConfig(process.env), consoleLog('cluster')));
