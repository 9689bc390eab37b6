import { fail, notChecked, pass } from '../../result/verification.ts'
import type { PhysicsCheck } from '../evidence/verify-evidence.ts'
import { activeParameters } from '../known/active-parameters.ts'
import { hardwareLimits } from '../known/hardware-limits.ts'

/** A multiplication and an addition for each parameter. */
const operationsPerParameter = 2
/** What no accelerator computes of any model: the fastest of them with a model of a hundred million parameters. */
const mostOfAny = 100e6

/**
 * Tokens that were computed in a second, for each accelerator, against its arithmetic. Computed are the output and the prompts without what came from a
 * cache: by the server's word, or else without all that a cache without limit would have held.
 */
export const fleetSpeed: PhysicsCheck = ({ run: { target }, built }) => {
  if (target.simulated) return notChecked('a model of an engine answered')
  const { identity, throughput, cacheHit } = built
  const { gpus } = identity
  if (!throughput) return notChecked('the run has no throughput')
  if (gpus === undefined) return notChecked('how many accelerators served is not known (--gpus)')
  const fresh = throughput.freshInput ?? throughput.input * (1 - (cacheHit.ideal ?? 1))
  const each = (fresh + throughput.output) / gpus
  const [limits, parameters] = [hardwareLimits(identity.hardware), activeParameters(identity.model)]
  const words = `each of ${gpus} accelerators computed ${Math.round(each)} tokens/s`
  if (!limits || parameters === undefined)
    return each > mostOfAny
      ? fail(`${words}, and none computes more than ${mostOfAny}`)
      : pass(`${words}, below ${mostOfAny}: hardware or the size of the model are not known, and so no closer limit`)
  const most = limits.operationsPerS / (operationsPerParameter * parameters)
  const ground = `the arithmetic of ${identity.hardware} allows ${Math.round(most)} with ${parameters / 1e9} billion parameters`
  return each > most ? fail(`${words}, and ${ground}`) : pass(`${words}; ${ground}`)
}
