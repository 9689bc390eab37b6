import { z } from 'zod'

/** Reply of `GET /v1/models`, as far as we use it. */
export const ModelList = z.looseObject({
  data: z.array(
    z.looseObject({
      id: z.string().min(1),
      /** vLLM and SGLang: longest prompt plus output. A value that cannot be one says nothing, and is nothing against the list. */
      max_model_len: z.int().positive().nullish().catch(undefined),
      /** Engines name themselves here, gateways what they like. */
      owned_by: z.unknown().optional(),
    }),
  ),
})
export type ModelList = z.infer<typeof ModelList>

/** Reply of `POST /tokenize` (vLLM, SGLang), as far as we use it. */
export const TokenizeReply = z.looseObject({
  count: z.int().nonnegative(),
  /** Their ids; undefined where the server tells something else. */
  tokens: z.array(z.int()).optional().catch(undefined),
})
export type TokenizeReply = z.infer<typeof TokenizeReply>
