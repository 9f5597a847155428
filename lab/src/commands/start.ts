import { type ComposeModel, composeUp, urlOf } from '../docker/compose.ts';
import { judgeEngine } from '../docker/engine.ts';
import { blockers, diagnose } from '../doctor/diagnose.ts';
import { probe } from '../doctor/probe.ts';
import { describeFinding } from './doctor.ts';
import { startEmbeddedLab } from './start-embedded.ts';

/** The lab in containers where an engine of the minimum version answers, and the embedded lab otherwise. */
export async function start({
  embedded = false,
  directory,
  profile = [],
}: {
  embedded?: boolean;
  /** Of the embedded lab: where it keeps its state. */
  directory?: string | undefined;
  profile?: readonly string[];
} = {}): Promise<number> {
  if (embedded) return startEmbeddedLab({ directory });
  const facts = await probe();
  const engine = judgeEngine(facts.engine, facts.aptBased);
  if (!engine.usable) {
    console.log(`${engine.why} Starting the embedded lab instead.\n`);
    return startEmbeddedLab({ directory, remedy: engine.remedy });
  }
  const inTheWay = blockers(diagnose(facts));
  if (inTheWay.length > 0 || !facts.model) {
    console.error('The lab cannot start:');
    for (const finding of inTheWay) console.error(describeFinding(finding));
    return 1;
  }
  return startContainers(facts.model, profile);
}

async function startContainers(model: ComposeModel, profiles: readonly string[]): Promise<number> {
  const code = await composeUp(profiles, '--build', '--wait', '--detach');
  if (code !== 0) {
    console.error(
      '\nThe lab did not come up. What each part says:\n  npm run lab -- status\n  npm run lab -- logs <service>',
    );
    return code;
  }
  console.log(nextThings(urlOf(model)));
  return 0;
}

/** The `curl` is the one from Microsoft's documentation, to the letter: it works here as it does there. */
const nextThings = (url: string): string => `
The lab is up: ${url}

What to try next:
  open ${url}                  and let vm-app01 read its secret and its blob
  npm run lab -- shell vm-app01               and inside of it:
    curl 'http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fmanagement.azure.com%2F' -H Metadata:true -s
  npm run lab -- az group list -o table       the Azure CLI, signed in as Owner of all subscriptions
  npm run lab -- status                       every part and its health
  npm run lab -- logs imds                    what a part has to say
  npm run lab -- down                         stop it; what it contains is kept`;
