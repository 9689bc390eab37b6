import { type Plan, type RequestRecord, recountHits, type SentRequest } from '@reprise/replay-engine'
import type { Corpus } from '@reprise/trace'
import { renderShare } from '../measure/wording.ts'
import { type Finding, fail, notChecked, pass } from '../result/verification.ts'
import { sentRequest } from './sent-request.ts'

/** Requests that left at one instant, as far as records tell, may have met the cache in another order. */
const mostShare = 0.01

/** Computes once more, from the traces, what a cache without limit would have held of each prompt, and lays it beside what the records say. */
export class HitsRecount {
  readonly #requests: SentRequest[] = []
  readonly #told: number[] = []

  add(record: RequestRecord): void {
    this.#requests.push(sentRequest(record))
    this.#told.push(record.idealHitTokens)
  }

  result({ plan, corpus, resumed }: { plan: Plan; corpus: Corpus; resumed: boolean }): Finding {
    if (corpus.digest !== plan.corpusDigest)
      return fail('the traces that were given are not those of the plan (their digest differs)')
    if (resumed) return notChecked('the run was resumed: what its cut requests left in a cache is not on record')
    const counted = recountHits({ plan, corpus }, this.#requests)
    const told = this.#told.reduce((sum, each) => sum + each, 0)
    const offTokens = this.#told.reduce((sum, each, i) => sum + Math.abs(each - counted[i]!), 0)
    const total = counted.reduce((sum, each) => sum + each, 0)
    const words = `by the traces ${total} prompt tokens could be reused`
    return offTokens > mostShare * Math.max(1, total)
      ? fail(
          `${words}, and the records say ${told} (${renderShare(offTokens / Math.max(1, total))} apart, request by request)`,
        )
      : pass(`${words}, as the records say`)
  }
}
