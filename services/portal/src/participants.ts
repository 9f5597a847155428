import { AzureError } from '@lab/shared/azure-error.ts';
import type { RequestHandler, Response } from 'express';
import type { Caller } from './domain/caller.ts';
import type { Place } from './domain/place.ts';
import type { Places } from './domain/places.ts';
import type { Described } from './routes/operation.ts';

/** Who asks, as the guard of the operation found it. */
export const setCaller = (res: Response, caller: Caller | undefined): void => {
  res.locals.caller = caller;
};

/** The part of the lab that the participant who asks is kept to. */
export const placeIn = (res: Response): Place | undefined => res.locals.place as Place | undefined;

/**
 * What participants may ask for, in one place for all operations: nothing, unless an operation says what of it is theirs.
 * Mounted behind the guards that know who asks.
 */
export const forParticipants =
  (places: Pick<Places, 'find'>) =>
  (rule: Described['participants']): RequestHandler =>
  async (req, res, next) => {
    const caller = res.locals.caller as Caller | undefined;
    if (caller?.role !== 'participant' || rule === 'all') return next();
    if (rule === undefined) throw trainersOnly();
    const place = await places.find(caller.participant);
    if (!place) throw noPlace();
    if (rule === 'own workload' && !place.workloads.has(String(req.params.name))) throw notTheirs();
    res.locals.place = place;
    next();
  };

const trainersOnly = () =>
  new AzureError({ kind: 'forbidden', code: 'TrainersOnly', message: 'In a shared lab this is up to the trainer.' });

const noPlace = () =>
  new AzureError({
    kind: 'forbidden',
    code: 'NoPlace',
    message: 'Your place in this lab is no more. The trainer can give you another one.',
  });

/** As if it were not there. */
const notTheirs = () =>
  new AzureError({ kind: 'not_found', code: 'WorkloadNotFound', message: 'There is no such workload in this lab.' });
