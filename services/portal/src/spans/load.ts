/**
 * What makes spans, by name and range. In the portal's image they are installed; who uses the embedded lab installs them when
 * spans are wanted, for they are more code than all of the portal.
 */
export const PACKAGES = {
  '@opentelemetry/api': '^1.10.0',
  '@opentelemetry/core': '^3.1.1',
  '@opentelemetry/exporter-trace-otlp-http': '^0.301.0',
  '@opentelemetry/exporter-trace-otlp-proto': '^0.301.1',
  '@opentelemetry/resources': '^3.1.1',
  '@opentelemetry/sdk-trace': '^3.1.1',
};

type Spans = typeof import('./export-spans.ts');

/** @throws Error that says what to install, where one of the packages is missing or has another shape. */
export async function loadSpans(load: () => Promise<Spans> = () => import('./export-spans.ts')): Promise<Spans> {
  try {
    return await load();
  } catch (error) {
    const isMissing = (error as { code?: unknown }).code === 'ERR_MODULE_NOT_FOUND' || error instanceof SyntaxError;
    if (!isMissing) throw error;
    const names = Object.entries(PACKAGES).map(([name, range]) => `'${name}@${range}'`);
    throw new Error(`A collector gets spans by packages that are not installed: npm install ${names.join(' ')}`, {
      cause: error,
    });
  }
}
