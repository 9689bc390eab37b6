/** The author of the options, the corpus or the plan file can fix this; the message says what and how. */
export class PlanError extends Error {
  override readonly name = 'PlanError'
}
