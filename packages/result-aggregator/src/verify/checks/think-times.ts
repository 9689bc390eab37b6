import { renderMs } from '../../measure/wording.ts'
import { fail, notChecked, pass } from '../../result/verification.ts'
import type { PhysicsCheck } from '../evidence/verify-evidence.ts'

/** What a client that keeps up may take from the end of a reply to the plan's next turn, beside what its event loop says of itself. */
const spareMs = 5
/** Several processes tell each other of every end. */
const spareOfProcessesMs = 20
/** A client may be held up once or twice. */
const fewest = 20

/**
 * Requests were due when their think times had passed, and not later. Whoever makes the replies of a closed load shorter than they were leaves a hole
 * behind each: a lane is busy, thinking, or waiting for its own subagents, and nothing else. The law of response times, turn by turn.
 *
 * Source: P. J. Denning and J. P. Buzen, The Operational Analysis of Queueing Network Models, ACM Computing Surveys 10 (1978), section 6.
 */
export const thinkTimes: PhysicsCheck = ({ run, seen: { waits } }) => {
  if (!waits) return notChecked('no request waited for another one while profiling')
  if (run.target.clock === 'wall' && waits.n < fewest)
    return notChecked(`${waits.n} requests waited for another one, and ${fewest} are needed to tell`)
  const loop = run.ended?.clientHealth?.eventLoopDelayMs
  if (run.target.clock === 'wall' && loop?.p99 === undefined)
    return notChecked('the run does not say how late its client was')
  const spare = run.target.clock === 'virtual' ? 0 : run.target.processes === undefined ? spareMs : spareOfProcessesMs
  const mostMs = spare + (loop?.p99 ?? 0) + roundingMs
  const half = `half of ${waits.n} requests were due more than ${renderMs(waits.p50Ms)} after their think times had passed`
  if (waits.p50Ms > mostMs)
    return fail(
      `${half} (limit ${renderMs(mostMs)}, by how late the client was): replies took longer than they say, or think times were added`,
    )
  return pass(
    `${waits.n} requests were due when their think times had passed, half of them within ${renderMs(Math.max(0, waits.p50Ms))}`,
  )
}

const roundingMs = 0.001
