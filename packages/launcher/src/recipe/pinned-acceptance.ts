/**
 * Settings by which a server is told how many drafted tokens to accept, instead of verifying them. Fast, comparable, and wrong text.
 *
 * Source: golden_al_distribution/README.md of InferenceX at 843c6254: vLLM, SGLang, TensorRT-LLM and ATOM, in this order.
 */
const knobs = [
  'synthetic_acceptance_length',
  'SGLANG_SIMULATE_ACC_LEN',
  'TLLM_SPEC_DECODE_FORCE_NUM_ACCEPTED_TOKENS',
  '--spec-decode-acceptance-length',
  '--spec-decode-acceptance-rate',
]

/** The one of these settings that a flag or variable is, or holds in its text; undefined for any other. */
export function pinnedAcceptance(name: string, text: string): string | undefined {
  const dashed = name.startsWith('-') ? name.replaceAll('_', '-') : name
  return knobs.find((knob) => dashed === knob || name.endsWith(`.${knob}`) || text.includes(knob))
}
