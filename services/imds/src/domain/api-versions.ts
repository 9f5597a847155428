/** Versions of IMDS, oldest first. @see https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service */
export const API_VERSIONS = [
  ...['2017-03-01', '2017-04-02', '2017-08-01', '2017-10-01', '2017-12-01'],
  ...['2018-02-01', '2018-04-02', '2018-10-01'],
  ...['2019-02-01', '2019-03-11', '2019-04-30', '2019-06-01', '2019-06-04', '2019-08-01', '2019-08-15', '2019-11-01'],
  ...['2020-06-01', '2020-07-15', '2020-09-01', '2020-10-01', '2020-12-01'],
  ...['2021-01-01', '2021-02-01', '2021-03-01', '2021-05-01', '2021-08-01', '2021-10-01', '2021-11-01', '2021-11-15'],
  ...['2021-12-13', '2023-07-01', '2023-11-15', '2024-03-15', '2024-07-17', '2025-04-07'],
] as const;

/** Newest first, as the answer to a wrong version lists them. */
export const NEWEST_VERSIONS = API_VERSIONS.slice(-3).reverse();

/** First version of each category that is emulated. */
const SINCE = { instance: '2017-04-02', identity: '2018-02-01' } as const;
export type Category = keyof typeof SINCE;

/** Whether a category has this version. Dates compare as text. */
export const isSupported = (category: Category, version: string | undefined): boolean =>
  version !== undefined && version >= SINCE[category] && (API_VERSIONS as readonly string[]).includes(version);
