/** Every command of the lab. Reached through `lab/run.mjs`; see lab/README.md for an example of each. */
import { LabFileError } from '@lab/shared/lab/load-lab.ts';
import { Command } from 'commander';
import { bench } from './bench.ts';
import { az } from './commands/az.ts';
import { build } from './commands/build.ts';
import { bundle } from './commands/bundle.ts';
import { doctor } from './commands/doctor.ts';
import { logs } from './commands/logs.ts';
import { operator } from './commands/operator.ts';
import { participants } from './commands/participants.ts';
import { publishImages } from './commands/publish-images.ts';
import { shell } from './commands/shell.ts';
import { start } from './commands/start.ts';
import { status } from './commands/status.ts';
import { support } from './commands/support.ts';
import { token } from './commands/token.ts';
import { compose } from './docker/compose.ts';
import { mutants } from './mutants.ts';
import { test } from './test.ts';

const program = new Command('npm run lab --')
  .description('See, use, test and break Azure Managed Identity on your own machine.')
  .enablePositionalOptions();

/** What a command answers becomes the exit code. */
const ends =
  <Args extends unknown[]>(command: (...args: Args) => Promise<number>) =>
  async (...args: Args): Promise<void> => {
    process.exitCode = await command(...args);
  };

program
  .command('start')
  .description('start the lab: in containers where Docker is new enough, otherwise embedded in one process')
  .option('--embedded', 'the embedded lab, whatever Docker there is')
  .option('--directory <path>', 'where the embedded lab keeps its state, and goes on from; it keeps none without')
  .option(
    '--profile <names...>',
    'further machines in containers: vm-app02, func-app01, pod-app01; workshop: all three; participants: vm-app02 to vm-app04',
  )
  .action(ends(start));

program
  .command('test')
  .description('run every test that this machine can run, and name those that it cannot')
  .option('--only <stages>', 'some of: types,lint,unit,embedded,packages,e2e,page,fidelity')
  .action(ends(test));

program
  .command('mutants')
  .description('switch off each security check, one at a time, and show that its test turns red')
  .option('--only <text>', 'those that have this text in their name or file')
  .action(ends(mutants));

program
  .command('bench')
  .description('measure the figures of docs/benchmarks.md on a lab of its own')
  .action(ends(bench));

program
  .command('build')
  .description('build the packages that people install, into packages/*/dist')
  .action(ends(build));

program
  .command('page')
  .description('build the page, as the embedded lab and its package serve it')
  .action(
    ends(async () => {
      const { buildPage } = await import('./page/build-page.ts');
      console.log(`services/portal/page/dist: ${await buildPage()}`);
      return 0;
    }),
  );

program.command('status').description('every part with its state and health').action(ends(status));

program
  .command('logs [services...]')
  .description('what the parts have to say: all of them, or some')
  .option('-f, --follow', 'and go on')
  .option('-n, --tail <lines>', 'the last lines of each only', 'all')
  .action(ends(logs));

program
  .command('shell <vm> [command...]')
  .description('a login shell in a machine of the lab, such as vm-app01; or run a command in it')
  .passThroughOptions()
  .action(ends((vm: string, command: string[]) => shell(vm, command)));

program
  .command('az [args...]')
  .description('the Azure CLI, signed in as operator; or inside a machine of the lab, such as vm-app01')
  .option('--vm <machine>', "in the machine's network, with its identity: az --vm vm-app01 login --identity")
  .passThroughOptions()
  .allowUnknownOption()
  .helpOption(false)
  .action(ends(az));

program
  .command('operator')
  .description('client id and secret of the operator, a service principal that is Owner of all subscriptions')
  .option('--json', 'as JSON')
  .option('--tenant <name>', 'of this tenant only; its name or its id')
  .action(ends(operator));

program.command('token').description('what programs present to the lab API, as a bearer token').action(ends(token));

program
  .command('participants [names...]')
  .description('who shares the lab, and the link that each of them opens; a place for each name')
  .option('--address <url>', 'where they reach the page, such as http://192.168.1.20:8080')
  .action(ends(participants));

program
  .command('bundle [file]')
  .description('write images, docker-compose.yml and the lab file into one file, for a room without network')
  .option('--az', 'with the Azure CLI')
  .action(ends(bundle));

program
  .command('load <file>')
  .description('bring the lab of a bundle up; nothing is installed, built or pulled')
  .option(
    '--profile <names...>',
    'further machines: vm-app02, func-app01, pod-app01; workshop: all three; participants: vm-app02 to vm-app04',
  )
  .action(() => {
    throw new Error('lab/run.mjs does this before anything is installed');
  });

program
  .command('publish-images <registry>')
  .description('for a release: build the images for amd64 and arm64, push them, and pin them in the package')
  .option('--tag <tag>', 'of the release, such as v1.2.3')
  .action(ends(publishImages));

program
  .command('support [file]')
  .description('write versions, state, events and logs into one file, without secrets (default: lab-support.txt)')
  .action(ends((file?: string) => support(file)));

program.command('doctor').description('name what is in the way of the lab, and the remedy').action(ends(doctor));

program
  .command('down')
  .description('stop the lab; what it contains is kept')
  .action(ends(() => compose('down', '--remove-orphans')));

program
  .command('reset')
  .description('forget what the lab contains and start over from lab.yaml')
  .action(
    ends(async () => {
      const code = await compose('down', '--remove-orphans', '--volumes');
      return code === 0 ? start() : code;
    }),
  );

try {
  await program.parseAsync(process.argv);
} catch (error) {
  if (!(error instanceof LabFileError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
