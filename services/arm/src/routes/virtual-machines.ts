import { callerOf } from '@lab/shared/http/bearer.ts';
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { conflict, invalidParameter } from '../domain/errors.ts';
import {
  type AssignedIdentity,
  changeIdentities,
  IdentityBody,
  identityChangeOf,
  removePrincipal,
} from '../domain/identity.ts';
import { checkLocation } from '../domain/locations.ts';
import { groupAt, groupId, removeExtensions } from '../domain/resource-group.ts';
import type { Entry } from '../domain/resources.ts';
import {
  keptProperties,
  newMachine,
  PutVm,
  type VirtualMachine,
  VM_NAME,
  VM_TYPE,
  VmProperties,
  vmAt,
  vmId,
} from '../domain/virtual-machine.ts';
import type { Parts } from '../parts.ts';
import { authorizeLinked } from './linked-identities.ts';
import { listRoutes } from './lists.ts';
import { newOperation, sendAccepted } from './operations.ts';
import { listBody } from './paging.ts';
import { checkPreconditions } from './preconditions.ts';
import { bodyOf, Tags } from './request-form.ts';
import { checkFilter, etagOf, instanceView, instanceViewIn, toVmWire } from './virtual-machine-wire.ts';

const Put = PutVm.extend({ tags: Tags.nullish() });
const Patch = z.object({
  tags: Tags.nullish(),
  identity: IdentityBody.nullish(),
  properties: VmProperties.nullish(),
});

/**
 * Virtual machines: https://learn.microsoft.com/rest/api/compute/virtual-machines
 *
 *     GET                  /subscriptions/{id}[/resourceGroups/{group}]/providers/Microsoft.Compute/virtualMachines
 *     GET                  /subscriptions/{id}/providers/Microsoft.Compute/locations/{location}/virtualMachines
 *     GET PUT PATCH DELETE …/virtualMachines/{name}
 *     GET                  …/virtualMachines/{name}/instanceView
 */
export function virtualMachineRoutes(parts: Parts): Router {
  const { resources, write, authorize, visible, operations, slots, clock } = parts;
  const router = Router();

  const idOf = ({ id }: Entry<'virtualMachine'>): string => id;
  const listed = (req: Request) => {
    checkFilter(req);
    const expand = instanceViewIn(req);
    return (entry: Entry<'virtualMachine'>) => toVmWire(entry, expand);
  };
  const within = (place: string) => resources.within('virtualMachine', place);
  router.use(listRoutes(parts, { type: VM_TYPE, within, idOf, toWire: listed }));

  router.get(
    '/subscriptions/:subscriptionId/providers/Microsoft.Compute/locations/:location/virtualMachines',
    (req, res) => {
      const scope = `/subscriptions/${req.params.subscriptionId}`;
      const seen = visible(res, `${VM_TYPE}/read`, scope, within(scope), idOf);
      const location = checkLocation(req.params.location, VM_TYPE);
      const there = seen.filter(({ value }) => value.location === location);
      res.json(listBody(req, there, idOf, listed(req)));
    },
  );

  const path = `/subscriptions/:subscriptionId/resourceGroups/:group/providers/${VM_TYPE}/:name` as const;
  const one = router.route(path);

  const send = (res: Response, status: number, entry: Entry<'virtualMachine'>, expand = false) =>
    res.status(status).set('ETag', etagOf(entry)).json(toVmWire(entry, expand));
  const entryAt = (id: string) => resources.entry('virtualMachine', id) as Entry<'virtualMachine'>;

  one.get((req, res) => {
    const { subscriptionId, group, name } = req.params;
    authorize(res, `${VM_TYPE}/read`, vmId(groupId(subscriptionId, group), name));
    const expand = instanceViewIn(req);
    const { resourceId } = vmAt(resources, groupAt(resources, subscriptionId, group).resourceId, name);
    send(res, 200, entryAt(resourceId), expand);
  });

  router.get(`${path}/instanceView` as const, (req, res) => {
    const { subscriptionId, group, name } = req.params;
    authorize(res, `${VM_TYPE}/instanceView/read`, vmId(groupId(subscriptionId, group), name));
    res.json(instanceView(vmAt(resources, groupAt(resources, subscriptionId, group).resourceId, name)));
  });

  one.put(async (req, res) => {
    const { subscriptionId, group: groupName, name } = req.params;
    const scope = vmId(groupId(subscriptionId, groupName), name);
    const action = `${VM_TYPE}/write`;
    authorize(res, action, scope);
    const body = bodyOf(req, Put);
    if (!VM_NAME.test(name)) throw invalidParameter(`The virtual machine name '${name}' is not valid.`, 'name');
    const location = checkLocation(body.location, VM_TYPE);
    const change = body.identity ? identityChangeOf(body.identity, true) : undefined;
    authorizeLinked(parts, res, { action, scope }, change?.named ?? []);
    const { id, created } = await write(() => {
      const group = groupAt(resources, subscriptionId, groupName);
      const known = resources.entry('virtualMachine', vmId(group.resourceId, name));
      checkPreconditions(req, known && etagOf(known));
      if (known && known.value.location !== location) {
        throw conflict('PropertyChangeNotAllowed', "Changing property 'location' is not allowed.");
      }
      const base: Omit<VirtualMachine, 'identities'> = known?.value ?? {
        ...newMachine(resources.all('virtualMachine'), slots(), { name, location }),
        resourceId: vmId(group.resourceId, name),
        name,
        tenantId: callerOf(res).tid,
        subscriptionId: group.subscriptionId,
        resourceGroup: group.name,
        location,
        tags: {},
      };
      const properties = body.properties ?? {};
      const value: VirtualMachine = {
        ...base,
        tags: body.tags ?? {},
        vmSize: properties.hardwareProfile?.vmSize ?? base.vmSize,
        properties: keptProperties(properties),
        identities: withChange(base, known?.value.identities ?? [], change),
      };
      resources.put({ kind: 'virtualMachine', id: value.resourceId, value });
      return { id: value.resourceId, created: known === undefined };
    });
    send(res, created ? 201 : 200, entryAt(id));
  });

  const withChange = (
    host: Omit<VirtualMachine, 'identities'>,
    before: readonly AssignedIdentity[],
    change: ReturnType<typeof identityChangeOf> | undefined,
  ): AssignedIdentity[] => (change ? changeIdentities(resources, host, before, change) : [...before]);

  one.patch(async (req, res) => {
    const { subscriptionId, group, name } = req.params;
    const scope = vmId(groupId(subscriptionId, group), name);
    const action = `${VM_TYPE}/write`;
    authorize(res, action, scope);
    const body = bodyOf(req, Patch);
    const change = body.identity ? identityChangeOf(body.identity, false) : undefined;
    authorizeLinked(parts, res, { action, scope }, change?.named ?? []);
    const id = await write(() => {
      const known = vmAt(resources, groupAt(resources, subscriptionId, group).resourceId, name);
      const { resourceId } = known;
      checkPreconditions(req, etagOf(entryAt(resourceId)));
      const value: VirtualMachine = {
        ...known,
        ...(body.tags && { tags: body.tags }),
        vmSize: body.properties?.hardwareProfile?.vmSize ?? known.vmSize,
        properties: { ...known.properties, ...keptProperties(body.properties ?? {}) },
        identities: withChange(known, known.identities, change),
      };
      resources.put({ kind: 'virtualMachine', id: resourceId, value });
      return resourceId;
    });
    send(res, 200, entryAt(id));
  });

  one.delete(async (req, res) => {
    const { subscriptionId, group: groupName, name } = req.params;
    authorize(res, `${VM_TYPE}/delete`, vmId(groupId(subscriptionId, groupName), name));
    const done = await write(() => {
      const group = groupAt(resources, subscriptionId, groupName);
      const known = resources.entry('virtualMachine', vmId(group.resourceId, name));
      if (!known) return undefined;
      checkPreconditions(req, etagOf(known));
      const { resourceId, location, identities } = known.value;
      for (const { identityType, principalId } of identities) {
        if (identityType === 'SystemAssigned') removePrincipal(resources, principalId);
      }
      resources.remove('virtualMachine', resourceId);
      removeExtensions(resources, resourceId);
      const operation = newOperation(res, group.subscriptionId, clock.now(), { status: 200, body: null });
      operations.add(operation);
      return { operation, location };
    });
    if (!done) res.status(204).end();
    else sendAccepted(req, res, done.operation, { namespace: 'Microsoft.Compute', location: done.location });
  });

  return router;
}
