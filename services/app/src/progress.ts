/** Where a run is: for whoever watches it, beside what it reports. */
export type Progress = {
  readonly step: string;
  /** Of the program's source, from 1: where the step is, and where a failed one failed. Absent: not known. */
  readonly line?: number;
  readonly state: 'begun' | 'succeeded' | 'failed';
};

export type Place = { readonly file: string; readonly line: number };

/** Who called the function that calls this, so many calls above it. */
export function callerOf(calls = 1): Place | undefined {
  return placeIn(new Error().stack?.split('\n')[2 + calls]);
}

/** Where in a file an error came through, the innermost first. */
export function lineIn(file: string, error: unknown): number | undefined {
  const frames = error instanceof Error ? (error.stack ?? '').split('\n') : [];
  return frames.map(placeIn).find((place) => place?.file === file)?.line;
}

/** `    at async program (file:///app/services/app/src/program.ts:28:5)` */
function placeIn(frame = ''): Place | undefined {
  const [, file, line] = /^\s+at (?:.*\()?(.+?):(\d+):\d+\)?$/.exec(frame) ?? [];
  return file === undefined ? undefined : { file: file.replace(/^async /, ''), line: Number(line) };
}
