/** Labs in this process, one after another: how long each takes to start, in milliseconds, the middle one of them. */
export async function embeddedStart(starts = 20): Promise<number> {
  // Only here: the other commands need none of the services.
  const { startLab } = await import('@managed-identity-lab/embedded');
  const tookMs: number[] = [];
  for (let index = 0; index < starts; index += 1) {
    const began = performance.now();
    const lab = await startLab();
    tookMs.push(performance.now() - began);
    await lab.close();
  }
  return tookMs.sort((one, other) => one - other)[Math.floor(starts / 2)] ?? Number.NaN;
}
