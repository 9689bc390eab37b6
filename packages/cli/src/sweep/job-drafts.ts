import type { ServingSettings } from '@reprise/engine-sim/core'
import { type AcceptanceCurve, acceptanceLengthOf, type Recipe } from '@reprise/launcher'
import type { PlannedJob } from '@reprise/matrix-generator'
import type { EngineName } from './served-job.ts'
import type { ServerFlags } from './server-flags.ts'

/** Requests that SGLang runs together where it drafts and nobody says how many. Source: `_handle_speculative_decoding` of its server arguments. */
const DRAFTING_REQUESTS_OF_SGLANG = 48

/** Drafts of a row that has no recipe: what most recipes of InferenceX write. An assumption. */
export const ASSUMED_DRAFTS = 3

/** Heads of models, where no recipe names one. Those that have several: the one that recipes use. */
const heads: readonly (readonly [model: RegExp, curve: AcceptanceCurve])[] = [
  [/deepseek-v4-pro-0813/i, 'deepseek-v4-pro-0813-dspark'],
  [/deepseek-v4-pro/i, 'deepseek-v4-pro-mtp'],
  [/glm-5\.2/i, 'glm-5.2-mtp'],
  [/kimi-k2\.5/i, 'kimi-k2.5-eagle3'],
  [/kimi-k3/i, 'kimi-k3-dspark'],
  [/minimax-m3/i, 'minimax-m3-eagle3-gqa'],
  [/qwen3\.5-397b/i, 'qwen3.5-397b-mtp'],
]

/** The drafts of a job, accepted as often as the golden length of its head says: what servers are pinned to where speed is measured. `given`: another length. In one line why none is known. */
export function jobDrafts(
  recipe: Recipe | undefined,
  { specDecoding, model }: PlannedJob,
  given?: number,
): Pick<ServingSettings, 'speculation'> | string {
  if (specDecoding === 'none')
    return given === undefined ? {} : '--acceptance-length is of drafts, and its row has none; leave it out'
  const golden = recipe?.speculation ?? goldenOf(model)
  const draftTokens = golden?.draftTokens ?? ASSUMED_DRAFTS
  const acceptanceLength = given ?? golden?.acceptanceLength
  if (acceptanceLength === undefined)
    return `how many drafts of ${specDecoding} are accepted is not known: there is no golden curve of a head of ${model}; give simulate --acceptance-length`
  if (acceptanceLength < 1 || acceptanceLength > draftTokens + 1)
    return `--acceptance-length ${acceptanceLength} is none of ${draftTokens} drafts, of which a verification yields 1 to ${draftTokens + 1} tokens`
  return { speculation: { numSpeculativeTokens: draftTokens, syntheticAcceptanceLength: acceptanceLength } }
}

function goldenOf(model: string) {
  const curve = heads.find(([pattern]) => pattern.test(model))?.[1]
  return curve && { draftTokens: ASSUMED_DRAFTS, acceptanceLength: acceptanceLengthOf(curve, ASSUMED_DRAFTS) }
}

/** How many requests run together where drafts decide it. */
export function limitOfDrafts(
  { speculation }: Pick<ServingSettings, 'speculation'>,
  engine: EngineName,
  flags: ServerFlags,
): Pick<ServingSettings, 'maxSequences'> {
  const isLimited = speculation && engine === 'sglang' && !flags.has('--max-running-requests')
  return isLimited ? { maxSequences: DRAFTING_REQUESTS_OF_SGLANG } : {}
}
