import { isUtf8 } from 'node:buffer';
import express, { type Request, type Response } from 'express';
import { z } from 'zod';
import type { SecretContent } from '../domain/secret.ts';
import { badParameter } from '../domain/secret-failures.ts';
import { checkLimits } from '../domain/secret-limits.ts';

/** Epoch seconds, up to the end of the year 9999, which is as far as the service's own dates go. */
const seconds = z.int().min(0).max(253_402_300_799);

/** Any name is a tag's: zod's own record leaves `__proto__` out. */
const tags = z.custom<Record<string, string>>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((text) => typeof text === 'string'),
);

/** `null` counts as not given, as it does for the service's own deserializer. Unknown members are ignored. */
const UpdateBody = z.object({
  contentType: z.string().nullish(),
  tags: tags.nullish(),
  attributes: z.object({ enabled: z.boolean().nullish(), nbf: seconds.nullish(), exp: seconds.nullish() }).nullish(),
});
const SetBody = UpdateBody.extend({ value: z.string() });

/** Only called behind `authorize`: what is wrong with a body is told to those who may send one. */
export async function readSecretContent(req: Request, res: Response): Promise<SecretContent> {
  const { value, ...rest } = parse(SetBody, await readJson(req, res));
  const change = toChange(rest);
  checkLimits({ value, ...change });
  return {
    contentType: undefined,
    tags: {},
    enabled: true,
    notBefore: undefined,
    expires: undefined,
    ...change,
    value,
  };
}

/** What is to change; what is absent stays. */
export async function readSecretUpdate(req: Request, res: Response): Promise<Partial<Omit<SecretContent, 'value'>>> {
  const change = toChange(parse(UpdateBody, await readJson(req, res)));
  checkLimits(change);
  return change;
}

/** The text of a backup; its form is the domain's business. */
export async function readBackup(req: Request, res: Response): Promise<string> {
  return parse(z.object({ value: z.string().min(1) }), await readJson(req, res, wholeBackup)).value;
}

function toChange({ contentType, tags, attributes }: z.infer<typeof UpdateBody>) {
  const { enabled, nbf, exp } = attributes ?? {};
  return {
    ...(typeof contentType === 'string' && { contentType }),
    ...(tags && { tags }),
    ...(typeof enabled === 'boolean' && { enabled }),
    ...(typeof nbf === 'number' && { notBefore: nbf }),
    ...(typeof exp === 'number' && { expires: exp }),
  };
}

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const path = result.error.issues[0]?.path.join('.').toWellFormed().slice(0, 300);
  throw badParameter(
    path ? `The parameter '${path}' is missing or has an invalid value.` : 'The request body is not a JSON object.',
  );
}

/** Any content type: the service reads all bodies as JSON. A value at its limit, wholly escaped, takes 150 KiB. */
const json = express.json({ limit: '1mb', type: () => true, verify: checkEncoding });

/** 500 versions at their limits, sealed. */
const wholeBackup = express.json({ limit: '32mb', type: () => true, verify: checkEncoding });

const readJson = (req: Request, res: Response, parser = json): Promise<unknown> =>
  new Promise((resolve, reject) => {
    parser(req, res, (failure?: unknown) => {
      if (failure) reject(failure);
      else resolve(req.body);
    });
  });

/** Bytes that are not what they claim to be would be stored as question marks. */
function checkEncoding(_req: unknown, _res: unknown, bytes: Buffer, encoding: string): void {
  if (/^utf-?8$/i.test(encoding) && !isUtf8(bytes)) throw badParameter('The request body is not valid UTF-8.');
}
