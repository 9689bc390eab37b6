import type { AllLimits } from '../result/limits.ts'
import { requestsSent } from '../result/requests-sent.ts'
import type { Evidence, Rule } from './evidence.ts'
import { type Grade, isOfGrade } from './grade.ts'
import { lighter } from './other-load.ts'
import { renderMs, renderShare } from './wording.ts'

/** Requests left the client later than they were due. Of few requests p99 is the worst one alone, which condemns no run. */
export function lateClient(grade: Grade): Rule {
  return ({ clientHealth, counts, load }, limits) => {
    if (isUnheard(counts, limits)) return undefined
    const p99 = clientHealth.dispatchDelayMs?.p99
    const { warn, fail } = limits.dispatchDelayP99Ms
    const bounds = counts.requests < limits.minRequests ? { warn, fail: Number.POSITIVE_INFINITY } : { warn, fail }
    if (!isOfGrade(p99, bounds, grade)) return undefined
    return (
      `late-dispatch: one request in a hundred left the client ${renderMs(p99)} late or later (limit ${renderMs(bounds[grade])}). ` +
      `The client could not keep up: give it a machine of its own, or ${lighter(load)}.`
    )
  }
}

/** An open load is what it says only where the client keeps up with it: what was not sent in time is counted, and says so. */
export function lateArrivals(grade: Grade): Rule {
  return ({ arrivals, counts }, limits) => {
    if (!arrivals || arrivals.planned === 0 || isUnheard(counts, limits)) return undefined
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
  return ({ clientHealth, counts, header, load }, limits) => {
    if (isUnheard(counts, limits)) return undefined
    const p99 = clientHealth.eventLoopDelayMs?.p99
    if (header.target.clock === 'virtual' || !isOfGrade(p99, limits.eventLoopDelayP99Ms, grade)) return undefined
    return (
      `client-stalled: the client's event loop was ${renderMs(p99)} late at p99 (limit ${renderMs(limits.eventLoopDelayP99Ms[grade])}), ` +
      `and arrivals were stamped as late. Give it a machine of its own, or ${lighter(load)}.`
    )
  }
}

/**
 * Nobody answers, or so many requests met nobody that the result is invalid for it: the client's lateness is that of asking in vain, since lanes
 * whose requests fail at once ask again at once. What is to be mended is the server, which other reasons say.
 */
function isUnheard(counts: Evidence['counts'], { failedShare }: AllLimits): boolean {
  return counts.ok === 0 || (counts.failures.connect ?? 0) > failedShare * requestsSent(counts)
}
