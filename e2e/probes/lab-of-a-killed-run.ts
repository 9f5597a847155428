/** A test run that is killed: starts a lab with the module and a container in it, says so, and never stops them. */
import { ManagedIdentityLab } from '@managed-identity-lab/testcontainers';
import { GenericContainer, Wait } from 'testcontainers';

const lab = await new ManagedIdentityLab().start();
const container = new GenericContainer('node:24-bookworm-slim')
  .withCommand(['sh', '-c', 'echo started && exec sleep 3600'])
  .withExposedPorts(3000)
  .withWaitStrategy(Wait.forLogMessage('started'));
await lab.asWorkload(container, { virtualMachine: 'vm-killed' }).start();
console.log(lab.getUrl());
setInterval(() => {}, 60_000);
