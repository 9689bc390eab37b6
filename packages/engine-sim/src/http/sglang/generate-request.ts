import { z } from 'zod'
import { parseBody, parseJson } from '../parse-body.ts'

const tokenIds = z.array(z.int().nonnegative())

const SamplingParams = z.looseObject({
  max_new_tokens: z.int().nullish(),
  min_new_tokens: z.int().nullish(),
  temperature: z.number().nullish(),
  top_p: z.number().nullish(),
  top_k: z.int().nullish(),
  min_p: z.number().nullish(),
  frequency_penalty: z.number().nullish(),
  presence_penalty: z.number().nullish(),
  repetition_penalty: z.number().nullish(),
  sampling_seed: z.int().nullish(),
  ignore_eos: z.boolean().nullish(),
  stop: z.union([z.string(), z.array(z.string())]).nullish(),
  stop_token_ids: z.array(z.int()).nullish(),
  n: z.int().nullish(),
})

/**
 * Body of SGLang's `POST /generate`. Fields not named here are kept.
 *
 * Source: `GenerateReqInput` (`managers/io_struct.py`) and `SamplingParams` (`sampling/sampling_params.py`) of SGLang 0.5.23.
 */
const GenerateRequest = z.looseObject({
  rid: z.string().nullish(),
  text: z.union([z.string(), z.array(z.string())]).nullish(),
  input_ids: z.union([tokenIds, z.array(tokenIds)]).nullish(),
  input_embeds: z.unknown().optional(),
  sampling_params: SamplingParams.nullish(),
  stream: z.boolean().nullish(),
  return_prompt_token_ids: z.boolean().nullish(),
  priority: z.int().nullish(),
  cache_salt: z.string().nullish(),
})
export type GenerateRequest = z.infer<typeof GenerateRequest>

/** @throws ApiError as `parseBody`. */
export function parseGenerate(text: string): GenerateRequest {
  const json = parseJson(text)
  if (!hasTokenIds(json)) return parseBody(GenerateRequest, json)
  return { ...parseBody(GenerateRequest, { ...json, input_ids: [] }), input_ids: json.input_ids }
}

/** A prompt of hundreds of thousands of ids is checked here, in one pass, and not by the schema. */
function hasTokenIds(json: unknown): json is { input_ids: number[] } {
  if (typeof json !== 'object' || json === null || !('input_ids' in json)) return false
  const { input_ids: ids } = json
  return Array.isArray(ids) && ids.length > 0 && ids.every((id) => Number.isSafeInteger(id) && id >= 0)
}
