/**
 * The rules for a request, which are the portal's and the page's too. By their paths: none of the packages that `shared` needs
 * is in a workload, and these files of it need none.
 */
export * from '../../../../shared/src/lab/lab-names.ts';
export * from '../../../../shared/src/lab/lab-request.ts';
