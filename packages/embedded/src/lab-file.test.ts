import { secretsFrom } from '@lab/shared/lab/secrets.ts';
import { describe, expect, it } from 'vitest';
import { readLab } from './lab-file.ts';

const secrets = secretsFrom({ operators: new Map(), identityHeaders: new Map() }, 0);
const kindsOf = (options: Parameters<typeof readLab>[0]) =>
  readLab(options, secrets).resources.flatMap(({ kind, value }) =>
    kind === 'virtualMachine' || kind === 'vault' ? [`${kind} ${value.name}`] : [],
  );
const group = (content: object) => ({
  tenants: [
    {
      name: 'contoso',
      subscriptions: [{ name: 'apps', resourceGroups: [{ name: 'rg', location: 'northeurope', ...content }] }],
    },
  ],
});

describe('a lab', () => {
  it("is the repository's own where nothing else is said", () => {
    expect(kindsOf({})).toContain('virtualMachine vm-app01');
  });

  it('that is no map at all is refused in a sentence without a gap', () => {
    expect(() => kindsOf({ lab: 'lab.yaml' })).toThrow(/^lab:1: Invalid input: expected object, received string$/);
  });

  it('is said inline, as an object or as YAML', () => {
    const lab = group({ virtualMachines: [{ name: 'vm-mine' }], vaults: [{ name: 'kv-mine' }] });
    expect(kindsOf({ lab })).toEqual(['vault kv-mine', 'virtualMachine vm-mine']);
    expect(kindsOf({ lab: JSON.stringify(lab) })).toEqual(kindsOf({ lab }));
  });

  it('has a place for every machine, function app and pod that it names, on loopback', () => {
    const lab = group({
      virtualMachines: [{ name: 'vm-a' }],
      functionApps: [{ name: 'func-a', systemAssignedIdentity: true }],
      userAssignedIdentities: [{ name: 'id-a' }],
      managedClusters: [
        { name: 'aks-a', serviceAccounts: [{ namespace: 'ns', name: 'sa', pod: 'pod-a', identity: 'id-a' }] },
      ],
    });
    const { resources, clusters } = readLab({ lab }, secrets);
    const machine = resources.find(({ kind }) => kind === 'virtualMachine');
    expect(machine?.value).not.toHaveProperty('sourceAddress');
    expect(clusters.map(({ issuer }) => new URL(issuer).host)).toEqual(['northeurope.oic.prod-aks.azure.com']);
  });

  it.each([
    ['a name that the schema does not have', group({ colour: 'red' }), /lab.*colour/s],
    [
      'a principal that nobody is',
      group({ vaults: [{ name: 'kv-mine', roleAssignments: [{ principal: 'nobody', role: 'Reader' }] }] }),
      /nobody/,
    ],
    ['no YAML', 'tenants: [', /lab/],
  ])('with %s is refused, by the place of the mistake', (_, lab, message) => {
    expect(() => readLab({ lab }, secrets)).toThrow(message);
  });
});
