/** What the module makes carries its project's name, so that the next run finds what a killed one left. */
export const PROJECT_LABEL = 'managed-identity-lab.project';

/** One name for all labs of tests: an engine has room for one lab, whatever it is called. */
export const PROJECT = 'managed-identity-lab-tests';
