/** What the module makes carries its project's name, so that the next run finds what a killed one left. */
export const PROJECT_LABEL = 'managed-identity-lab.project';

/** One name for all labs of tests: an engine has room for one lab, whatever it is called. */
export const PROJECT = 'managed-identity-lab-tests';

/**
 * What a container of the module has to carry, so that the next run finds it, and so that the command which doctor names,
 * `docker compose -p … down --remove-orphans`, takes it down with the lab.
 *
 * @param service Its name to Compose; none of those in docker-compose.yml.
 */
export const labelsOf = (project: string, service: string): Record<string, string> => ({
  [PROJECT_LABEL]: project,
  'com.docker.compose.project': project,
  'com.docker.compose.service': service,
  'com.docker.compose.oneoff': 'False',
});
