import { fail, notChecked, pass } from '../../result/verification.ts'
import type { PhysicsCheck } from '../evidence/verify-evidence.ts'

/** Sums of many latencies lose digits. */
const roundingShare = 0.001

/**
 * Requests in flight, by their instants, against rate times mean latency, as the result has them. Over a window both differ by what its edges cut
 * and by requests that did not end well; by how much at most is known from the records.
 *
 * Source: J. D. C. Little, A Proof for the Queuing Formula L = lambda W, Operations Research 9 (1961).
 */
export const littlesLaw: PhysicsCheck = ({ built, saved, seen: { inFlight } }) => {
  const [told, ours] = [productMs(saved ?? built), productMs(built)]
  if (!inFlight) return notChecked('the run has no window with an end')
  if (told === undefined || ours === undefined) return notChecked('the result has no mean latency')
  const { windowMs, mean, edgeMs, ended } = inFlight
  const mostMs = edgeMs + Math.abs(ours - ended.sumMs) + roundingShare * mean * windowMs
  const product = told / windowMs
  const words = `${short(mean)} requests were in flight on average, and rate times mean latency is ${short(product)}`
  return Math.abs(told - mean * windowMs) <= mostMs
    ? pass(`${words} (the edges of the window account for up to ${short(mostMs / windowMs)})`)
    : fail(`${words}, further apart than the edges of the window account for (${short(mostMs / windowMs)})`)
}

function productMs({ throughput, metrics }: Parameters<PhysicsCheck>[0]['built']): number | undefined {
  const meanMs = metrics.e2e?.mean
  if (!throughput || meanMs === undefined) return undefined
  return throughput.requestsPerS * (throughput.windowMs / 1_000) * meanMs
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)))
}
