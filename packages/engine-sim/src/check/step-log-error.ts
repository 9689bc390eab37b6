/** The author of the plan or of the step log can fix this: a line that cannot be read, or that names what the plan does not have. */
export class StepLogError extends Error {
  override readonly name = 'StepLogError'
}

/** A log that names a request which its plan does not have. */
export function unplanned(id: string, place: string): StepLogError {
  return new StepLogError(`${place}: the plan has no request ${quoted(id)}; give the plan that this log was made with`)
}

/** The logged engine ran with a setting that this scheduler does not have, so a prediction would be of another engine. */
export class UnsupportedEngineConfig extends Error {
  override readonly name = 'UnsupportedEngineConfig'
  readonly key: string

  constructor(key: string, value: unknown, supported: string) {
    super(`cfg.${quoted(key)} = ${quoted(value)} is not supported: ${supported}`)
    this.key = key
  }
}

/** A value from a file as one printable line, cut to a readable length. */
export function quoted(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
  const printable = text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, ' ')
  return printable.length > 80 ? `${printable.slice(0, 79)}…` : printable
}
