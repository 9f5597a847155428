import { parseEnvironment } from '@lab/shared/config.ts';
import { LabFileError } from '@lab/shared/lab/load-lab.ts';
import { consoleLog } from '@lab/shared/log.ts';
import { Environment } from './config.ts';
import { prepareLab } from './service.ts';

try {
  const { issued, kept, resources } = await prepareLab(parseEnvironment(Environment, process.env));
  consoleLog('pki').info({ issued: issued.length, kept: kept.length, resources }, 'the lab is prepared');
} catch (error) {
  // The one message of the lab that a person reads in a terminal full of others: plain text, no stack.
  if (!(error instanceof LabFileError)) throw error;
  process.stderr.write(`The lab cannot start with this lab file:\n${error.message}\n`);
  process.exitCode = 1;
}
