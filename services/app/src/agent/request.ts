import { hasWayOut } from './default-route.ts';
import { type LabRequest, type LabResponse, requestMistake } from './lab-request.ts';
import { withPlatformVariables } from './platform-variables.ts';
import { type Route, refused } from './route.ts';
import { sendRequest } from './send-request.ts';

/**
 * POST /request { method, url, headers, body } 200 LabResponse; 400 for what is no name of the lab, 429 while many are under way.
 *
 * A person chooses what this machine sends, so three things bound it: the names, which the portal has checked before; the
 * networks of the machine, which lead nowhere else; and where somebody has attached it to one that does, nothing is sent.
 */
export function requestRoute({
  leadsOut = hasWayOut,
  send = sendRequest,
  most = 8,
}: {
  leadsOut?: () => Promise<boolean>;
  send?: (request: LabRequest) => Promise<LabResponse>;
  most?: number;
} = {}): Route {
  let underWay = 0;
  return {
    method: 'POST',
    path: '/request',
    bodyLimit: 512 * 1024,
    answer: async ({ body }) => {
      const mistake = requestMistake(body);
      if (mistake) return refused(400, mistake.code, mistake.message);
      if (underWay >= most) return refused(429, 'TooManyRequests', 'Too many requests are under way here.');
      underWay += 1;
      try {
        if (await leadsOut()) return { status: 200, body: WAY_OUT };
        return { status: 200, body: await send(await withPlatformVariables(body as LabRequest)) };
      } finally {
        underWay -= 1;
      }
    },
  };
}

const WAY_OUT: LabResponse = {
  error: {
    code: 'default-route',
    message: 'This container has a route that leads out of the lab, so it sends nothing.',
  },
  durationMs: 0,
};
