import { closeOnSignal } from '@lab/shared/http/lifecycle.ts';
import { consoleLog } from '@lab/shared/log.ts';
import { parseConfig } from './config.ts';
import { startArm } from './service.ts';

closeOnSignal(await startArm(parseConfig(process.env), consoleLog('arm')));
