import type { Rule } from './evidence.ts'
import { type Grade, isOfGrade } from './grade.ts'
import { renderMs, renderShare } from './wording.ts'

/** Requests left the client later than they were due. Of few requests p99 is the worst one alone, which condemns no run. */
export function lateClient(grade: Grade): Rule {
  return ({ clientHealth, counts }, limits) => {
    const p99 = clientHealth.dispatchDelayMs?.p99
    const { warn, fail } = limits.dispatchDelayP99Ms
    const bounds = counts.requests < limits.minRequests ? { warn, fail: Number.POSITIVE_INFINITY } : { warn, fail }
    if (!isOfGrade(p99, bounds, grade)) return undefined
    return (
      `late-dispatch: one request in a hundred left the client ${renderMs(p99)} late or later (limit ${renderMs(bounds[grade])}). ` +
      'The client could not keep up: give it a machine of its own, or fewer lanes.'
    )
  }
}

/** An open load is what it says only where the client keeps up with it: what was not sent in time is counted, and says so. */
export function lateArrivals(grade: Grade): Rule {
  return ({ arrivals }, limits) => {
    if (!arrivals || arrivals.planned === 0) return undefined
    const { planned, late, unsent } = arrivals
    const share = (late + unsent) / planned
    if (!isOfGrade(share, limits.lateArrivals, grade)) return undefined
    return (
      `late-arrivals: of ${planned} sessions ${late} began more than ${renderMs(limits.dispatchDelayP99Ms.warn)} late and ${unsent} never ` +
      `(limit ${renderShare(limits.lateArrivals[grade])}): another load was put on the server than was planned. ` +
      'Give the client a machine of its own, or a lower rate.'
    )
  }
}

/** Arrivals were stamped late, since the client's event loop was busy. Virtual time has no such lateness. */
export function busyClient(grade: Grade): Rule {
  return ({ clientHealth, header }, limits) => {
    const p99 = clientHealth.eventLoopDelayMs?.p99
    if (header.target.clock === 'virtual' || !isOfGrade(p99, limits.eventLoopDelayP99Ms, grade)) return undefined
    return (
      `client-stalled: the client's event loop was ${renderMs(p99)} late at p99 (limit ${renderMs(limits.eventLoopDelayP99Ms[grade])}), ` +
      'and arrivals were stamped as late. Give it a machine of its own, or fewer lanes.'
    )
  }
}
