import { parseEnvironment } from '@lab/shared/config.ts';
import { closeOnSignal } from '@lab/shared/http/lifecycle.ts';
import { consoleLog } from '@lab/shared/log.ts';
import { Environment } from './config.ts';
import { startArm } from './service.ts';

closeOnSignal(await startArm(parseEnvironment(Environment, process.env), consoleLog('arm')));
