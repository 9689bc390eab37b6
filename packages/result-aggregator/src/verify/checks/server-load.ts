import { fail, notChecked, pass } from '../../result/verification.ts'
import type { PhysicsCheck } from '../evidence/verify-evidence.ts'
import { whyNotCompared } from './why-not-compared.ts'

/** Samples are seconds apart, and a server lets go of a request a little after its client does. */
const slackShare = 0.25
const slackRequests = 1

/** What the server had at work cannot be more than the client had in flight: its latencies would be too short. */
export const serverLoad: PhysicsCheck = (evidence) => {
  const why = whyNotCompared(evidence)
  if (why !== undefined) return notChecked(why)
  const { running, waiting } = evidence.built.server!
  if (!running) return notChecked('no page of the server tells how many requests it runs')
  const [there, here] = [running.mean + (waiting?.mean ?? 0), evidence.seen.inFlight!.mean]
  const words = `the server had ${there.toPrecision(3)} requests at work on average, and the client ${here.toPrecision(3)} in flight`
  return there > here * (1 + slackShare) + slackRequests
    ? fail(`${words}: others used the server, or replies took longer than they say`)
    : pass(words)
}
