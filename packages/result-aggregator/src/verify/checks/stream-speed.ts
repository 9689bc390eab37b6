import { fail, notChecked, pass } from '../../result/verification.ts'
import { activeParameters } from '../active-parameters.ts'
import { hardwareLimits } from '../hardware-limits.ts'
import type { PhysicsCheck } from '../verify-evidence.ts'

/** The shortest format of weights that accelerators compute with: four bits. */
const bytesPerParameter = 0.5
/** Tokens that one step of a speculative decoder may yield, far above any golden length. */
const mostAccepted = 16
/** Above what a model in hardware of its own reaches. Source: taalas.com, HC1 (2026): 17,000 tokens/s and user of an 8b model. */
const fastest = 20_000

/**
 * The median pace of a reply against the time it takes to read the weights that each step computes with, from all memories together; and where hardware
 * or model are not known, against the fastest that anybody has shown.
 */
export const streamSpeed: PhysicsCheck = ({ run: { identity, target }, built }) => {
  if (target.simulated) return notChecked('a model of an engine answered')
  const medianMs = built.metrics.tpot?.p50
  if (medianMs === undefined) return notChecked('no reply has a pace')
  const tokensPerS = 1_000 / medianMs
  const [limits, parameters] = [hardwareLimits(identity.hardware), activeParameters(identity.model)]
  const words = `half of the replies came with ${Math.round(tokensPerS)} tokens/s or more`
  if (!limits || parameters === undefined || identity.gpus === undefined)
    return tokensPerS > fastest
      ? fail(`${words}, and nothing generates more than ${fastest}`)
      : pass(
          `${words}, below ${fastest}: hardware, its number or the size of the model are not known, and so no closer limit`,
        )
  const stepS = (parameters * bytesPerParameter) / (limits.memoryBytesPerS * identity.gpus)
  const most = Math.min(fastest, mostAccepted / stepS)
  const ground = `the memory of ${identity.gpus} ${identity.hardware} allows ${Math.round(most)} where each step reads ${parameters / 1e9} billion parameters`
  return tokensPerS > most ? fail(`${words}, and ${ground}`) : pass(`${words}; ${ground}`)
}
