import { begin } from '@lab/shared/faults/index.ts';
import { Router } from 'express';
import { API_VERSIONS } from '../domain/api-versions.ts';
import { leafNeedsText, pathUnknown } from '../domain/failures.ts';
import { instanceDocument } from '../domain/instance-document.ts';
import { isLeaf, nodeAt, toText } from '../domain/metadata-path.ts';
import { sendJson, sendText } from '../wire.ts';
import { admit, machineOf } from './admission.ts';
import { check } from './checks.ts';

/**
 * Instance metadata: `/metadata/instance`, every path below it, and `/metadata/versions`.
 * @see https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service
 */
export function instanceRoutes(): Router {
  const router = Router();

  router.all('/metadata/instance{/*path}', (req, res) => {
    begin(res, 'GetInstanceMetadata');
    const segments = ([req.params.path ?? []] as (string | string[])[]).flat().filter((segment) => segment !== '');
    const node = nodeAt(instanceDocument(machineOf(res)), segments);
    check(res, 'path', node === undefined ? pathUnknown() : undefined);
    if (node === undefined) return;

    const query = admit(req, res, 'instance');
    if (query.get('format')?.toLowerCase() === 'text') return sendText(req, res, toText(node));
    if (isLeaf(node)) throw leafNeedsText();
    sendJson(req, res, 200, node);
  });

  router.all('/metadata/versions', (req, res) => {
    begin(res, 'GetVersions');
    admit(req, res);
    sendJson(req, res, 200, { apiVersions: API_VERSIONS });
  });

  return router;
}
