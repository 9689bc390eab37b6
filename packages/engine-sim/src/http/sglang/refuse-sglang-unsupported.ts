import { ApiError } from '../api-error.ts'
import { refuseUnsupported } from '../refuse-unsupported.ts'

/** Fields of SGLang alone that ask for what the embedded model cannot do. */
const unsupported: Readonly<Record<string, string>> = {
  beam_width: 'the embedded model makes one choice a request',
  return_logprob: 'the embedded model has none',
  return_sampling_mask: 'the embedded model has none',
  return_hidden_states: 'the embedded model has none',
  return_routed_experts: 'the embedded model has none',
  json_schema: 'the embedded model writes words, and in no other form',
  regex: 'the embedded model writes words, and in no other form',
  ebnf: 'the embedded model writes words, and in no other form',
  structural_tag: 'the embedded model writes words, and in no other form',
  stop_regex: 'the embedded model looks for stop strings alone',
  no_stop_trim: 'the embedded model leaves out what ended its reply',
  custom_logit_processor: 'the embedded model has no logits',
  lora_path: 'the embedded model has no adapters',
  session_params: 'the embedded model keeps no sessions',
  input_embeds: 'the embedded model reads text',
  image_data: 'the embedded model reads text',
  video_data: 'the embedded model reads text',
  audio_data: 'the embedded model reads text',
}

/** Refuses what the model cannot do, as `refuseUnsupported`. @throws ApiError 400 that names the field. */
export function refuseSglangUnsupported(body: object): void {
  refuseUnsupported(body)
  for (const [field, why] of Object.entries(unsupported)) {
    const value = (body as Readonly<Record<string, unknown>>)[field]
    const isEmpty = value === undefined || value === null || value === false || value === ''
    if (isEmpty || (Array.isArray(value) && value.length === 0)) continue
    throw new ApiError(`${field} is not supported: ${why}.`, { param: field })
  }
}
