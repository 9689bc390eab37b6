import { fail, notChecked, pass } from '../../result/verification.ts'
import type { PhysicsCheck } from '../evidence/verify-evidence.ts'
import { activeParameters } from '../known/active-parameters.ts'
import { hardwareLimits } from '../known/hardware-limits.ts'

/** The shortest format of weights that accelerators compute with: four bits. */
const bytesPerParameter = 0.5
/** Tokens that one step of a speculative decoder may yield, far above any golden length. */
const mostAccepted = 8
/**
 * Five times what anybody has shown of so large a model on accelerators with memories beside them. Source: developer.nvidia.com/blog, Blackwell breaks the
 * 1,000 TPS/user barrier with Llama 4 Maverick (2025): 17 billion active parameters on eight B200.
 */
const fastestOfLarge = 5_000
const largeParameters = 10e9
/** Above what a model in hardware of its own reaches. Source: taalas.com, HC1 (2026): 17,000 tokens/s and user of an 8b model. */
const fastest = 20_000

/**
 * The median pace of a reply against the time it takes to read the weights that each step computes with, from all memories together; and where hardware
 * or model are not known, against the fastest that anybody has shown.
 */
export const streamSpeed: PhysicsCheck = ({ run: { target }, built }) => {
  const { identity } = built
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
  const shown = parameters < largeParameters ? fastest : fastestOfLarge
  const fed = mostAccepted / stepS
  if (tokensPerS > shown)
    return fail(`${words}, and nobody has shown a fifth of ${shown} with ${parameters / 1e9} billion parameters`)
  const ground = `the memory of ${identity.gpus} ${identity.hardware} allows ${Math.round(fed)} where each step reads ${parameters / 1e9} billion parameters`
  return tokensPerS > fed ? fail(`${words}, and ${ground}`) : pass(`${words}; ${ground}`)
}
