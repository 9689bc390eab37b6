import { z } from 'zod'

/** Drafts that are verified in one step of a sequence. Source: `MAX_SPEC_LEN` of vLLM is 128; nobody drafts so many. */
const mostDraftTokens = 32

/**
 * Speculative decoding with a draft head (MTP, EAGLE): before each step so many tokens of a running sequence are drafted, and the step verifies
 * them. How many are accepted is told, not computed, as servers do whose speed is measured.
 *
 * Source: `speculative_config` of vLLM 0.33 with `rejection_sample_method: synthetic`; names are its names.
 */
export const Speculation = z
  .strictObject({
    numSpeculativeTokens: z.int().positive().max(mostDraftTokens),
    /** Tokens that one verification yields on average, the one that is no draft included. */
    syntheticAcceptanceLength: z.number().min(1).optional(),
    /** Share of verifications that accept at least the first draft, at least the first two, and so on. */
    syntheticAcceptanceRates: z.array(z.number().min(0).max(1)).optional(),
    /** Of what is drawn where a share lies between 0 and 1. Default 42. */
    seed: z.int().nonnegative().optional(),
  })
  .refine(
    ({ syntheticAcceptanceLength: length, syntheticAcceptanceRates: rates }) =>
      (length === undefined) !== (rates === undefined),
    'wants one of syntheticAcceptanceLength and syntheticAcceptanceRates',
  )
  .refine(
    ({ numSpeculativeTokens: most, syntheticAcceptanceLength: length = 1 }) => length <= most + 1,
    'syntheticAcceptanceLength is more than numSpeculativeTokens and the token that is no draft',
  )
  .refine(
    ({ numSpeculativeTokens, syntheticAcceptanceRates: rates }) =>
      !rates ||
      (rates.length === numSpeculativeTokens && rates.every((rate, at) => at === 0 || rate <= rates[at - 1]!)),
    'syntheticAcceptanceRates wants a share for each of numSpeculativeTokens, none above the one before it',
  )
export type Speculation = z.infer<typeof Speculation>
