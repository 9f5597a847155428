import { closeOnSignal } from '@lab/shared/http/lifecycle.ts';
import { consoleLog } from '@lab/shared/log.ts';
import { parseConfig } from './config.ts';
import { startPortal } from './service.ts';

// Quiet: the one line a person is to see at the end of `docker compose up` is the announcement.
const log = consoleLog('portal', 'warn');
const announce = (line: string) => process.stdout.write(`${line}\n`);

closeOnSignal(await startPortal(parseConfig(process.env), log, { announce }));
