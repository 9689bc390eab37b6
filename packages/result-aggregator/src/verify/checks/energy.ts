import { fail, notChecked, pass } from '../../result/verification.ts'
import type { PhysicsCheck, VerifyEvidence } from '../evidence/verify-evidence.ts'
import { activeParameters } from '../known/active-parameters.ts'
import { type HardwareLimits, hardwareLimits } from '../known/hardware-limits.ts'

/** Over a window no board draws more than it may but by the error of its meter. Source: NVML, nvmlDeviceGetPowerUsage: within 5 %. */
const meterError = 1.1
/** An idle accelerator of a data center draws tens of watts. */
const leastW = 5
/** No accelerator of any maker draws more. */
const mostOfAnyW = 5_000
/** How much better than at full power arithmetic can be at less of it. */
const efficiencyBelowFull = 4

/** What accelerators drew, against what their boards may draw, and against the arithmetic that the tokens took. */
export const energy: PhysicsCheck = (evidence) => {
  const { run, built } = evidence
  const { power } = built
  if (run.target.simulated) return notChecked('a model of an engine answered')
  if (!power) return notChecked('no meter was read')
  const { meanPerDeviceW, devices, problems } = power
  if (meanPerDeviceW === undefined) return notChecked(`the window is not covered (${problems?.[0] ?? 'no reading'})`)
  const limits = hardwareLimits(built.identity.hardware)
  const mostW = limits ? limits.boardW * meterError : mostOfAnyW
  const words = `${devices} accelerators drew ${Math.round(meanPerDeviceW)} W each`
  if (meanPerDeviceW > mostW) return fail(`${words}, and one may draw ${Math.round(mostW)}`)
  if (meanPerDeviceW < leastW) return fail(`${words}, less than they need to be on`)
  const tokens = limits && tooManyTokens(evidence, limits, meanPerDeviceW * devices)
  return tokens === undefined ? pass(`${words}, of at most ${Math.round(mostW)}`) : fail(`${words}, ${tokens}`)
}

function tooManyTokens({ built }: VerifyEvidence, limits: HardwareLimits, watts: number): string | undefined {
  const parameters = activeParameters(built.identity.model)
  const { throughput, cacheHit } = built
  if (parameters === undefined || !throughput) return undefined
  const computed = throughput.output + (throughput.freshInput ?? throughput.input * (1 - (cacheHit.ideal ?? 1)))
  const operationsPerJ = (limits.operationsPerS / limits.boardW) * efficiencyBelowFull
  const most = (watts * operationsPerJ) / (2 * parameters)
  return computed > most
    ? `too little for ${Math.round(computed)} tokens/s with ${parameters / 1e9} billion parameters (at most ${Math.round(most)})`
    : undefined
}
