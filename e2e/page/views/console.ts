import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { expectSound } from '../accessible.ts';
import type { PageContext } from '../context.ts';
import { hold } from '../held.ts';
import { itInContainers } from '../in-containers.ts';

const TOKEN_URL =
  'http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https://vault.azure.net';

export function consoleSuite(context: PageContext): void {
  const curl = (line: string, workload = 'vm-app01') => `console?${new URLSearchParams({ workload, curl: line })}`;
  const send = (page: Page, machine = 'vm-app01') => page.getByRole('button', { name: `Send as ${machine}` }).click();
  const answer = (page: Page) => page.getByRole('region', { name: 'Answer' });
  const line = (page: Page) => page.getByRole('textbox', { name: 'As a line with curl' });
  const begin = async (page: Page, template: string) => {
    await page.getByRole('button', { name: /Begin with/ }).click();
    await page.getByRole('option', { name: template }).first().click();
  };

  it.each([
    ['light', 'en'],
    ['dark', 'es'],
  ] as const)('is sound in %s colours', async (colours, language) => {
    const page = await context.open('console', { colours, language });
    await expectSound(page);
    await page.getByRole('button', { name: /(Send as|Enviar como) vm-app01/ }).click();
    await page.getByText(/There is a token in it|Contiene un token/).waitFor();
    await expectSound(page);
    await page.getByRole('tab', { name: /Run the program|Ejecutar el programa/ }).click();
    await page.getByText('DefaultAzureCredential').first().waitFor();
    await expectSound(page);
    await page.context().close();
  });

  it('gets a token as the machine, and reads a secret with it: it is in the memory of the page alone', async () => {
    const page = await context.open('console');
    await send(page);
    await answer(page).getByText('There is a token in it: access_token').waitFor();
    await page.getByText('stands for the token for https://vault.azure.net that vm-app01 got.').waitFor();
    await begin(page, 'Read a secret with the token');
    expect(await line(page).inputValue()).toContain('"Authorization: Bearer $TOKEN"');
    await send(page);
    await answer(page).getByText('200 OK').waitFor();
    await answer(page).getByText('ActiveDirectory').or(answer(page).getByText('Server=tcp')).first().waitFor();
    // It is in no address and in nothing that outlives the page.
    expect(page.url()).not.toContain('eyJ');
    expect(await page.evaluate(() => JSON.stringify([localStorage, sessionStorage]))).not.toContain('eyJ');
    await page.context().close();
  });

  it('reads and writes lines with curl: the form and the line are one request', async () => {
    const page = await context.open('console');
    await line(page).fill(
      `curl -X PUT -H 'x-one: 1' -H 'x-two: it'\\''s 2' -d '{"a":1}' 'https://management.azure.com/a?b=c'`,
    );
    expect(await page.getByRole('textbox', { name: 'URL', exact: true }).inputValue()).toBe(
      'https://management.azure.com/a?b=c',
    );
    expect(await page.getByRole('textbox', { name: 'Value of header 2' }).inputValue()).toBe("it's 2");
    expect(await page.getByRole('textbox', { name: 'Body' }).inputValue()).toBe('{"a":1}');
    await page.getByRole('button', { name: 'Remove header 1 x-one' }).click();
    await page.getByRole('textbox', { name: 'URL', exact: true }).fill('https://graph.microsoft.com/v1.0/users');
    const written = await line(page).inputValue();
    expect(written).not.toContain('x-one');
    expect(written).toContain('https://graph.microsoft.com/v1.0/users');
    await page.context().close();
  });

  it('says why a line is not sent, and sends nothing', async () => {
    const page = await context.open('console');
    await line(page).fill(`curl -k '${TOKEN_URL}'`);
    await page.getByText('would trust any certificate').waitFor();
    expect(await page.getByRole('button', { name: 'Send as vm-app01' }).isDisabled()).toBe(true);
    await line(page).fill("curl 'https://www.example.com/'");
    await send(page);
    await page.getByText("Requests go to the lab's own names only, such as").waitFor();
    await line(page).fill(`curl -H "Authorization: Bearer $TOKEN" https://management.azure.com/`);
    await send(page);
    await page.getByText('$TOKEN stands for nothing yet').waitFor();
    await answer(page).getByText('Nothing has been sent yet.').waitFor();
    await page.context().close();
  });

  it('offers requests to begin with once it knows what they have to name', async () => {
    const page = await context.open('start');
    const resources = await hold(page, '**/lab/v1/resources');
    await page.goto(`${context.url}/#/console?workload=pod-app01`);
    await page.getByRole('button', { name: 'Send as pod-app01', disabled: false }).waitFor();
    expect(await page.getByRole('button', { name: /Begin with/ }).isDisabled()).toBe(true);
    resources.release();
    await begin(page, 'Token for the token of a pod');
    const [pod] = (await context.api.state.resources('userAssignedIdentity')).filter(({ name }) => name === 'id-pod');
    expect(await line(page).inputValue()).toContain(`client_id=${pod?.clientId}`);
    await page.context().close();
  });

  it('shows what was answered while another view was open', async () => {
    const page = await context.open('console');
    const requests = await hold(page, '**/lab/v1/workloads/*/requests');
    await send(page);
    await expect.poll(requests.asked).toBe(1);
    await page.getByRole('link', { name: 'Start', exact: true }).click();
    await page.getByRole('heading', { level: 2, name: 'vm-app01', exact: true }).waitFor();
    await page.goBack();
    await answer(page).getByText('Sending').waitFor();
    requests.release();
    await answer(page).getByText('200 OK').waitFor();
    await page.getByRole('button', { name: 'Send as vm-app01', disabled: false }).waitFor();
    await page.context().close();
  });

  it('opens with the machine and the line that a link names, and shows what stopped a request', async () => {
    const page = await context.open(curl(`curl -H Metadata:true '${TOKEN_URL}'`, 'func-app01'));
    await send(page, 'func-app01');
    await answer(page).getByText('There is no route').waitFor();
    await page.context().close();
  });

  it('gets a token from App Service, whose secret it does not show', async () => {
    const page = await context.open('console?workload=func-app01');
    await begin(page, 'Token from App Service');
    await send(page, 'func-app01');
    await answer(page).getByText('There is a token in it: access_token').waitFor();
    expect(await line(page).inputValue()).toContain('$IDENTITY_HEADER');
    await page.context().close();
  });

  it('exchanges the token of a pod for one of its identity', async () => {
    const page = await context.open('console?workload=pod-app01');
    await begin(page, 'Token for the token of a pod');
    await send(page, 'pod-app01');
    await answer(page).getByText('There is a token in it: access_token').waitFor();
    await page.context().close();
  });

  it('leads from an answer to what the service saw, and comes back to it as it was', async () => {
    const page = await context.open('console');
    await begin(page, 'Token, without the header Metadata');
    await send(page);
    await answer(page).getByText('400 Bad Request').waitFor();
    await answer(page).getByRole('link', { name: 'See it in the flow' }).click();
    await page.waitForURL(/#\/flow\?flow=/);
    await page.goBack();
    await answer(page).getByText('400 Bad Request').waitFor();
    await page.context().close();
  });

  it('keeps what was sent, to see it again', async () => {
    const page = await context.open('console');
    await send(page);
    await answer(page).getByText('200 OK').waitFor();
    await begin(page, 'Read a secret without a token');
    await send(page);
    await answer(page).getByText('401 Unauthorized').waitFor();
    await page
      .getByRole('region', { name: 'Sent from this page' })
      .getByRole('button', { name: /169\.254\.169\.254/ })
      .click();
    await answer(page).getByText('200 OK').waitFor();
    expect(await line(page).inputValue()).toContain(TOKEN_URL);
    await page.context().close();
  });

  it('hands a token to the inspector, in memory only', async () => {
    const page = await context.open('console');
    await send(page);
    await answer(page).getByRole('button', { name: 'Inspect the token' }).click();
    await page.waitForURL(/#\/tokens$/);
    await page.context().close();
  });

  it('shows the program with the line that is being executed, and how each step ended', async () => {
    const page = await context.open('console?tab=program');
    const source = page.getByRole('region', { name: 'Source of the program' });
    await source.getByText('DefaultAzureCredential').first().waitFor();
    const seen = new Set<string>();
    await page.exposeFunction('sawLine', (text: string) => seen.add(text));
    // As text: it is the browser's, and no type of it is known here.
    await page.evaluate(`new MutationObserver(() => {
      const line = document.querySelector('[aria-current="step"]')?.textContent;
      if (line) sawLine(line);
    }).observe(document.body, { subtree: true, childList: true, attributes: true })`);
    await page.getByRole('button', { name: 'Run on vm-app01' }).click();
    const steps = page.getByRole('region', { name: 'Steps' });
    await steps.getByText('characters; the value itself is not shown').waitFor();
    await steps.getByRole('link', { name: 'See it in the flow' }).waitFor();
    expect([...seen].some((line) => line.includes("await step('"))).toBe(true);
    await page.context().close();
  });

  itInContainers('shows in which line a program fails that has no identity', async () => {
    const page = await context.open('console?tab=program&workload=outsider');
    await page.getByRole('button', { name: 'Run on outsider' }).click();
    const steps = page.getByRole('region', { name: 'Steps' });
    await steps.getByText('ChainedTokenCredential').waitFor({ timeout: 60_000 });
    await page.locator('[data-place="failed"]').getByText('getSecret').waitFor();
    await page.context().close();
  });

  itInContainers('sends from the real machines: who answers, and what isolates the outsider', async () => {
    const page = await context.open(curl(`curl -H Metadata:true '${TOKEN_URL}'`, 'outsider'));
    await send(page, 'outsider');
    await answer(page).getByText('There is no route').waitFor();
    await page.getByRole('button', { name: 'outsider As' }).click();
    await page.getByRole('option', { name: /vm-app02/ }).click();
    await send(page, 'vm-app02');
    await answer(page).getByText('from 169.254.169.254').waitFor();
    await page.context().close();
  });

  it('is used by keyboard alone', async () => {
    const page = await context.open('console');
    // Enter sends nothing before it is known as whom.
    await page.getByRole('button', { name: 'Send as vm-app01', disabled: false }).waitFor();
    await page.getByRole('textbox', { name: 'URL', exact: true }).focus();
    await page.keyboard.press('Enter');
    await answer(page).getByText('200 OK').waitFor();
    await page.context().close();
  });
}
