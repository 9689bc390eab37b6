/** One thing that is wrong with a body. */
export interface BodyProblem {
  /** The field, with what it stands in: `body.messages.0.role`. */
  readonly loc: string
  readonly msg: string
  /** All of it, as Python shows it. */
  readonly shown: string
}

/** What a client did wrong, as the reply that tells it so. Thrown by the checks of a route and rendered by the server. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly type: string
  readonly param: string | null
  /** What is wrong with a body, one by one, where the message tells them together. */
  readonly problems: readonly BodyProblem[] | undefined

  constructor(
    message: string,
    reply: { status?: number; type?: string; param?: string | null; problems?: readonly BodyProblem[] } = {},
  ) {
    super(message)
    this.status = reply.status ?? 400
    this.type = reply.type ?? 'BadRequestError'
    this.param = reply.param ?? null
    this.problems = reply.problems
  }
}

/** The JSON body of an error reply, its fields in vLLM's order. */
export function renderApiError(error: ApiError): string {
  const { message, type, param, status } = error
  return JSON.stringify({ error: { message, type, param, code: status } })
}

/** An error about the value of one field, worded as vLLM words it: the field and its value follow in brackets. */
export function fieldError(message: string, field: string, value: string | number): ApiError {
  return new ApiError(`${message} (parameter=${field}, value=${value})`, { param: field })
}
