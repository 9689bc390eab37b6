import type { PublishedIdentity } from '../run/published-identity.ts'

/** What all aggregates of InferenceX say of what was measured. */
export function identityFields(identity: PublishedIdentity): object {
  return {
    hw: identity.hw,
    conc: identity.conc,
    image: identity.image,
    model: identity.model,
    infmax_model_prefix: identity.modelPrefix,
    framework: identity.framework,
    precision: identity.precision,
    spec_decoding: identity.specDecoding,
    disagg: identity.disagg,
    is_multinode: identity.shape.kind === 'multi',
  }
}
