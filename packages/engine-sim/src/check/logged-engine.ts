type Values = Readonly<Record<string, unknown>>

/** A scheduler of ours in the place of the engine that wrote a log. */
export interface LoggedEngine {
  /** Fields of a step that it predicts, in the order in which they are compared. */
  readonly compared: readonly string[]
  /**
   * A request reached the engine, as the log says.
   *
   * @throws StepLogError when the plan has no such request, or the engine cannot have taken it.
   */
  add(id: string, logged: Values, place: string): void
  /** A request was given up; absent where no log of the engine tells of that. @throws StepLogError when it has no such request. */
  abort?(id: string, logged: Values, place: string): void
  /** What the next step is. `logged` gives facts that no rule decides. @throws StepLogError where they cannot be. */
  step(logged: Values, place: string): PredictedStep
  /** A step was planned of which nothing is left to compute; nothing where the engine plans the next one at once. Absent: such lines say nothing. */
  idle?(): PredictedStep | undefined
  /** The output of a step was taken; only where the log says when, since steps overlap. */
  output?(): void
}

export interface PredictedStep {
  readonly fields: Values
  /** The step in the form of the log, and what stands before it; `logged` gives what no rule decides. */
  lines(logged: Values): readonly string[]
}

/** Where a log comes from, and the plan that its requests are of. */
export interface LogSource {
  /** File and line of the configuration. */
  readonly place: string
  readonly plan: unknown
  readonly planFile: string
}
