import { pageOf, parseInclude, parsePageRequest } from '../domain/list.ts';
import { containersXml } from '../wire/lists.ts';
import { DECLARATION, element } from '../wire/xml.ts';
import { type Handler, sendEmpty, sendXml } from './exchange.ts';

/** @see https://learn.microsoft.com/rest/api/storageservices/list-containers2 */
export const listContainers: Handler = ({ res, key, query, origin, containers }) => {
  const page = parsePageRequest(query);
  const include = parseInclude(query, ['metadata', 'deleted', 'system']);
  const listed = pageOf({ ...page, delimiter: '' }, (from, limit) => containers.list(key.accountId, from, limit));
  const asked = { ...page.asked, delimiter: undefined };
  sendXml(res, containersXml(listed, { asked, origin, withMetadata: include.has('metadata') }));
};

/** @see https://learn.microsoft.com/rest/api/storageservices/get-account-information */
export const getAccountInformation: Handler = ({ res }) => {
  res.setHeader('x-ms-sku-name', 'Standard_LRS');
  res.setHeader('x-ms-account-kind', 'StorageV2');
  res.setHeader('x-ms-is-hns-enabled', 'false');
  sendEmpty(res, 200);
};

/** The properties of an account on which nothing was switched on: the lab has no other. */
export const getBlobServiceProperties: Handler = ({ res }) => {
  const off = element('Enabled', 'false');
  const retention = element('RetentionPolicy', [off]);
  const version = element('Version', '1.0');
  const logging = ['Delete', 'Read', 'Write'].map((name) => element(name, 'false'));
  const body = element('StorageServiceProperties', [
    element('Logging', [version, ...logging, retention]),
    element('HourMetrics', [version, off, retention]),
    element('MinuteMetrics', [version, off, retention]),
    element('Cors'),
    element('DeleteRetentionPolicy', [off]),
    element('StaticWebsite', [off]),
  ]);
  sendXml(res, DECLARATION + body);
};
