import { closeOnSignal } from '@lab/shared/http/lifecycle.ts';
import { consoleLog } from '@lab/shared/log.ts';
import { parseConfig, partOf } from './config.ts';
import { startImds } from './service.ts';

const config = parseConfig(process.env);
closeOnSignal(await startImds(config, consoleLog(partOf(config))));
