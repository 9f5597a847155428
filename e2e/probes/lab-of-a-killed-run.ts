/** A test run that is killed: starts a lab with the module, says so, and never stops it. */
import { ManagedIdentityLab } from '@managed-identity-lab/testcontainers';

const lab = await new ManagedIdentityLab().start();
console.log(lab.getUrl());
setInterval(() => {}, 60_000);
