import { randomBytes } from 'node:crypto';
import { type Answer, decode, encode, RECURSION_DESIRED } from 'dns-packet';
import { describe, expect, it } from 'vitest';
import { account, addressIn, gone, query, testNameServer, toReply, vault } from './testing.ts';

const VAULT = 'kv-lab.vault.azure.net';

describe('a name that exists', () => {
  it('has the address of its service, for a second', async () => {
    const { ask } = testNameServer();
    const reply = await ask(VAULT);
    expect(reply).toMatchObject({ id: 4711, rcode: 'NOERROR', authoritative: true, recursionAvailable: false });
    expect(reply?.answers).toMatchObject([{ type: 'A', name: VAULT, ttl: 1, data: '10.88.0.130' }]);
    expect(addressIn(await ask('stlab.blob.core.windows.net'))).toBe('10.88.0.131');
  });

  it('is repeated in the case in which it was asked', async () => {
    const mixed = 'kV-LaB.VaUlT.aZuRe.NeT';
    const reply = await testNameServer().ask(mixed);
    expect([reply?.questions?.[0]?.name, reply?.answers?.[0]?.name]).toEqual([mixed, mixed]);
  });

  it.each(['AAAA', 'TXT', 'UNKNOWN_65'])('has no %s: no error, and nothing', async (type) => {
    const reply = await testNameServer().ask(VAULT, { type });
    expect(reply).toMatchObject({ rcode: 'NOERROR', answers: [] });
    expect(reply?.authorities).toMatchObject([{ type: 'SOA', name: 'vault.azure.net', ttl: 0, data: { minimum: 0 } }]);
  });

  it('is to be asked for again while the address of its service is not known', async () =>
    expect(await testNameServer({ addresses: {} }).ask(VAULT)).toMatchObject({ rcode: 'SERVFAIL', answers: [] }));
});

describe('a name that does not exist', () => {
  it.each([
    ['kv-none.vault.azure.net', 'vault.azure.net'],
    ['login.microsoftonline.com', '.'],
    ['www.example.com', '.'],
  ])('is said not to, and that is not to be kept: %s', async (name, zone) => {
    const reply = await testNameServer().ask(name);
    expect(reply).toMatchObject({ rcode: 'NXDOMAIN', answers: [], recursionAvailable: false });
    expect(reply?.authorities).toMatchObject([{ type: 'SOA', name: zone, ttl: 0, data: { minimum: 0 } }]);
  });

  it('may come to exist until arm has said which do', async () => {
    const { ask } = testNameServer({ changes: [], isSynced: () => false });
    expect((await ask(VAULT))?.rcode).toBe('SERVFAIL');
    expect((await ask('www.example.com'))?.rcode).toBe('NXDOMAIN');
  });
});

describe('names come and go', () => {
  it('with vaults and accounts', async () => {
    const { ask, apply } = testNameServer();
    apply([vault('kv-new'), gone(account('stlab'))]);
    expect(addressIn(await ask('kv-new.vault.azure.net'))).toBe('10.88.0.130');
    expect((await ask('stlab.blob.core.windows.net'))?.rcode).toBe('NXDOMAIN');
  });

  it('with a vault that is deleted and recovered', async () => {
    const { ask, apply } = testNameServer();
    apply([vault('kv-lab', { deletedAt: 1 })]);
    expect((await ask(VAULT))?.rcode).toBe('NXDOMAIN');
    apply([vault('kv-lab')]);
    expect((await ask(VAULT))?.rcode).toBe('NOERROR');
  });

  it('all at once when the lab begins anew', async () => {
    const { ask, apply, cursor } = testNameServer();
    const epoch = '88888888-8888-4888-8888-888888888888';
    apply([vault('kv-new')], { epoch, fresh: true });
    expect((await ask(VAULT))?.rcode).toBe('NXDOMAIN');
    expect((await ask('kv-new.vault.azure.net'))?.rcode).toBe('NOERROR');
    expect(cursor.get()?.epoch).toBe(epoch);
  });
});

describe('refused', () => {
  it.each(['ANY', 'AXFR', 'IXFR'])('%s, which would list what there is', async (type) =>
    expect(await testNameServer().ask('vault.azure.net', { type })).toMatchObject({ rcode: 'REFUSED', answers: [] }),
  );

  it('another class than the internet', async () => {
    const message = encode({ id: 1, questions: [{ name: 'version.bind', type: 'TXT', class: 'CH' }] });
    expect(toReply((await testNameServer().send(message)) as Buffer).rcode).toBe('REFUSED');
  });

  it('whoever is not of the subnet: silence, whatever the question', async () => {
    const { send, events } = testNameServer();
    for (const address of ['10.88.1.1', '10.87.255.255', '127.0.0.1', '169.254.169.250', '::1', '', 'nonsense']) {
      expect(await send(query(VAULT), address)).toBeUndefined();
    }
    expect(events.since(0).every(({ status }) => status === 403)).toBe(true);
  });
});

describe('EDNS', () => {
  const opt = (ednsVersion = 0): Answer => ({
    type: 'OPT',
    name: '.',
    udpPayloadSize: 4096,
    extendedRcode: 0,
    ednsVersion,
    flags: 0,
    flag_do: false,
    options: [],
  });

  it('is answered with EDNS, and its absence with none', async () => {
    const { ask } = testNameServer();
    const reply = await ask(VAULT, { additionals: [opt()] });
    expect(addressIn(reply)).toBe('10.88.0.130');
    expect(reply?.additionals).toMatchObject([{ type: 'OPT', udpPayloadSize: 1232, ednsVersion: 0 }]);
    expect((await ask(VAULT))?.additionals).toEqual([]);
  });

  it('of a later version is told the version that is known', async () => {
    const reply = await testNameServer().ask(VAULT, { additionals: [opt(1)] });
    expect(reply).toMatchObject({ rcode: 'NOERROR', answers: [] });
    expect(reply?.additionals).toMatchObject([{ type: 'OPT', extendedRcode: 1, ednsVersion: 0 }]);
  });

  it('twice is an error of form', async () =>
    expect((await testNameServer().ask(VAULT, { additionals: [opt(), opt()] }))?.rcode).toBe('FORMERR'));
});

describe('what is no question', () => {
  const rcodeOf = async (message: Buffer) => {
    const response = await testNameServer().send(message);
    return response && toReply(response).rcode;
  };
  const asked = query(VAULT);
  const with16 = (offset: number, value: number) => {
    const message = Buffer.from(asked);
    message.writeUInt16BE(value, offset);
    return message;
  };
  const label = (bytes: string) => Buffer.concat([Buffer.from([bytes.length]), Buffer.from(bytes, 'latin1')]);
  const named = (...labels: string[]) =>
    Buffer.concat([asked.subarray(0, 12), ...labels.map(label), Buffer.from([0, 0, 1, 0, 1])]);

  it.each([
    ['an answer', with16(2, 0x8000), undefined],
    ['nothing', Buffer.alloc(0), undefined],
    ['less than a header', asked.subarray(0, 11), undefined],
    ['more than any question has', Buffer.concat([asked, Buffer.alloc(5_000)]), undefined],
    ['an update', with16(2, 5 << 11), 'NOTIMP'],
    ['a notification', with16(2, 4 << 11), 'NOTIMP'],
    ['no question', with16(4, 0), 'FORMERR'],
    ['two questions', with16(4, 2), 'FORMERR'],
    ['65535 questions', with16(4, 65_535), 'FORMERR'],
    ['an answer within', with16(6, 1), 'FORMERR'],
    ['65535 additional records', with16(10, 65_535), 'FORMERR'],
    ['a record that is not there', with16(10, 1), 'FORMERR'],
    ['half a name', asked.subarray(0, 20), 'FORMERR'],
    ['no type', asked.subarray(0, -4), 'FORMERR'],
    ['something after the end', Buffer.concat([asked, Buffer.from([0])]), 'FORMERR'],
    [
      'a name that points to itself',
      Buffer.concat([asked.subarray(0, 12), Buffer.from([0xc0, 12, 0, 1, 0, 1])]),
      'FORMERR',
    ],
    [
      'a name that points to the header',
      Buffer.concat([asked.subarray(0, 12), Buffer.from([0xc0, 0, 0, 1, 0, 1])]),
      'FORMERR',
    ],
    [
      'a label of a kind that does not exist',
      Buffer.concat([asked.subarray(0, 12), Buffer.from([0x80, 0, 0, 1, 0, 1])]),
      'FORMERR',
    ],
    ['a name that is too long', named(...Array.from({ length: 5 }, () => 'a'.repeat(60))), 'FORMERR'],
    ['a dot within a label', named('kv-lab.vault', 'azure', 'net'), 'FORMERR'],
    ['bytes that are no text', named('\xff\xfe', 'vault', 'azure', 'net'), 'FORMERR'],
  ])('%s', async (_, message, expected) => expect(await rcodeOf(message)).toBe(expected));

  it('leaves the server standing, whatever the bytes', async () => {
    const { send, ask } = testNameServer();
    for (let index = 0; index < 2_000; index += 1) {
      const noise = randomBytes(index % 300);
      await send(noise);
      // And a question with one byte that is another: most of it reads well.
      const bent = Buffer.from(asked);
      bent[index % bent.length] = index & 0xff;
      const response = await send(bent);
      if (response) expect(decode(response).id).toBe(bent.readUInt16BE(0));
    }
    expect(addressIn(await ask(VAULT))).toBe('10.88.0.130');
  });
});

it('never answers with more than a client without EDNS takes', async () => {
  const longest = Array.from({ length: 4 }, () => 'a'.repeat(62))
    .join('.')
    .slice(0, 230);
  const response = await testNameServer().send(query(`${longest}.vault.azure.net`));
  expect(response?.length).toBeLessThanOrEqual(512);
});

it('says what was asked, by whom and with which outcome, for the newest questions', async () => {
  const { ask, events } = testNameServer();
  for (let index = 0; index < 10; index += 1) await ask(`kv-${index}.vault.azure.net`, { flags: RECURSION_DESIRED });
  await ask(VAULT);
  expect(events.since(0)).toHaveLength(5);
  expect(events.since(0).slice(-2)).toMatchObject([
    { method: 'UDP', host: 'kv-9.vault.azure.net', path: '/A', status: 404, errorCode: 'NXDOMAIN' },
    { method: 'UDP', host: VAULT, path: '/A', status: 200, remoteAddress: '10.88.0.129', operation: 'ResolveName' },
  ]);
});
