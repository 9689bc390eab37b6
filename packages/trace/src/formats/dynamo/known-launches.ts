import { printable } from '@reprise/safe-text'
import type { KnownLaunch } from '../../edges/timed-session.ts'
import type { Problem } from '../../problem.ts'
import type { RecordPlace } from '../../recording/trace-format.ts'
import type { RecordedEnd } from './parse.ts'

/** What a tool call tells about the subagent that it started. */
export interface LaunchEvidence {
  readonly tool: string
  /** Who called it. */
  readonly session: string
  /** The session of the subagent. */
  readonly child: string
  /** The request that asked for it, and the one that used its result. */
  readonly from: string
  readonly joinedBy?: string
  readonly place: RecordPlace
}

interface Known {
  /** By name; each by time. */
  readonly sessions: ReadonlyMap<string, readonly Pick<RecordedEnd, 'requestId'>[]>
  readonly parents: ReadonlyMap<string, string>
  /** Takes what is wrong with the evidence. */
  readonly problems: Problem[]
}

/**
 * Who asked for each subagent and who used its result, by the name of its session. Evidence that does not fit the requests is told and
 * not used. Source: `tool.claude` of Dynamo's `request_trace/load.rs`.
 */
export function knownLaunches(
  evidence: readonly LaunchEvidence[],
  { sessions, parents, problems }: Known,
): Map<string, KnownLaunch> {
  const launches = new Map<string, KnownLaunch>()
  for (const each of evidence) {
    const found = launchOf(each)
    if (typeof found !== 'string') {
      launches.set(each.child, found)
      continue
    }
    const message = `tool ${printable(each.tool)}: ${found}; what session ${printable(each.child)} waits for is read from its times`
    problems.push({ severity: 'warning', code: 'tool', ...each.place, message })
  }
  return launches

  function launchOf({ session, child, from: source, joinedBy: consumer }: LaunchEvidence): KnownLaunch | string {
    if (launches.has(child)) return 'another tool started the same session'
    const own = sessions.get(session)
    if (!own || parents.get(child) !== session) return 'it was run by another session than the parent'
    const from = own.findIndex(({ requestId }) => requestId === source)
    if (from < 0) return `its source_request_id ${printable(source)} is no request of its session`
    if (consumer === undefined) return { from }
    const joinedBy = own.findIndex(({ requestId }) => requestId === consumer)
    if (joinedBy < 0) return `its consumer_request_id ${printable(consumer)} is no request of its session`
    return joinedBy > from ? { from, joinedBy } : 'its consumer_request_id is not after its source_request_id'
  }
}
