import { keyOfText } from '../content/content-key.ts'
import type { SessionHeaders } from '../plan/pace.ts'
import type { PlannedRequest } from '../port/target.ts'

/**
 * Renders the header lines that tell whose a request is: an id for each session of each play, the same in every run of a plan, and that of
 * the session that started it.
 *
 * Source of the names that a schedule sends: Dynamo's agent tracing (docs/observability/request-tracing.md) and AIPerf's routing headers.
 */
export function sessionHeaderRenderer({ session, parent }: SessionHeaders): (request: PlannedRequest) => string {
  return (request) => {
    const { sessionIndex, parentSession: starter } = request
    return (
      lines(session, sessionId(request, sessionIndex)) +
      (starter === undefined ? '' : lines(parent, sessionId(request, starter)))
    )
  }
}

function lines(names: readonly string[], id: string): string {
  return names.map((name) => `${name}: ${id}\r\n`).join('')
}

function sessionId({ lane, play, prompt: { seed, scope } }: PlannedRequest, sessionIndex: number): string {
  const { a, b } = keyOfText(JSON.stringify([seed, scope, lane, play, sessionIndex]))
  return [a, b].map((bits) => (bits >>> 0).toString(16).padStart(8, '0')).join('')
}
