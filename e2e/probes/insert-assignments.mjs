// Runs in a container of `arm` while it is stopped: role assignments by its own store, in its own database.
// Plan, in the variable PLAN: { count, vaultId, scope, principalId, roleDefinitionId }. All are of principals that nobody
// is, but for the last, which is at `scope` for `principalId`. Prints how many there are.
import { randomUUID } from 'node:crypto';
import { openArmDatabase } from '/app/services/arm/src/store/database.ts';
import { sqliteResources } from '/app/services/arm/src/store/resources.ts';

const { count, vaultId, scope, principalId, roleDefinitionId } = JSON.parse(process.env.PLAN);
const db = openArmDatabase(process.env.DATABASE_PATH);
const resources = sqliteResources(db);
resources.transaction(() => {
  for (let index = 1; index <= count; index += 1) {
    const last = index === count;
    const place = last ? scope : `${vaultId}/secrets/s-${index % 1_000}`;
    const id = `${place}/providers/Microsoft.Authorization/roleAssignments/${randomUUID()}`;
    const principal = last ? principalId : randomUUID();
    const value = { id, scope: place, principalId: principal, principalType: 'ServicePrincipal', roleDefinitionId };
    resources.put({ kind: 'roleAssignment', id, value });
  }
});
db.close();
console.log(count);
