import { recentEvents } from '@lab/shared/events.ts';
import { controlApp, controlListeners } from '@lab/shared/fabric/control-app.ts';
import { listenAll, type RunningService } from '@lab/shared/http/lifecycle.ts';
import type { Log } from '@lab/shared/log.ts';
import { tokenReportRoutes } from '@lab/shared/tokens/token-reports.ts';
import { publicApp } from './apps.ts';
import type { Config } from './config.ts';
import { tokenGuards } from './routes/guard.ts';

/**
 * An API of one's own, as a customer would write it: it follows nobody, and knows of the lab only what everybody may know,
 * the keys of Entra and the time. It is on the fabric to say what happened to it.
 */
export async function startApi(config: Config, log: Log): Promise<RunningService<'public' | 'fabric' | 'health'>> {
  const { application, authorityOrigin, tls } = config;
  const events = recentEvents('api');
  const guards = tokenGuards(application, { authority: authorityOrigin, ca: tls.publicCa });
  // Without an application it refuses everybody, which is all that it is there for then.
  const health = () =>
    application ? { ready: true } : { ready: true, detail: 'lab.yaml declares no application for it' };
  return listenAll(
    {
      public: {
        app: publicApp({ guards, events, log }),
        address: config.publicListen,
        tls: { keyPair: tls.publicKeyPair },
      },
      ...controlListeners(config, {
        app: controlApp({ routes: tokenReportRoutes(guards.reportsOn), events, health, log }),
        health,
      }),
    },
    () => guards.close(),
  );
}
