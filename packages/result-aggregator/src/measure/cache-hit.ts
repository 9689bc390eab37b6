import type { RequestRecord } from '@reprise/replay-engine'
import type { RequestClusters } from '../interval/request-clusters.ts'
import type { CacheHit } from '../result/result.ts'
import { CacheSourceMeter } from './cache-sources.ts'
import { idealHits, measuredHits } from './cached-prompt.ts'
import { MissColumns } from './miss-columns.ts'

/** Token-weighted hit rates over the profiling requests that ended well. */
export class CacheHitMeter {
  readonly #measured = new MissColumns()
  readonly #ideal = new MissColumns()
  readonly #sources = new CacheSourceMeter()

  add(record: RequestRecord): void {
    this.#ideal.add(idealHits(record))
    this.#measured.add(measuredHits(record))
    this.#sources.add(record)
  }

  /** With intervals where the clusters of all that were added are given. */
  result(clusters?: RequestClusters): CacheHit {
    const [measured, ideal] = [this.#measured.hitRate, this.#ideal.hitRate]
    const intervals = clusters && this.#intervals(clusters)
    const sources = this.#sources.result()
    return {
      ...(measured !== undefined && { measured }),
      ...(ideal !== undefined && { ideal }),
      knownRequests: this.#measured.known,
      requests: this.#ideal.known,
      ...(sources && { sources }),
      ...(intervals && { intervals }),
    }
  }

  #intervals(clusters: RequestClusters): CacheHit['intervals'] {
    if (this.#ideal.hitRate === undefined) return undefined
    const ideal = this.#ideal.estimate(clusters)
    if (this.#measured.hitRate === undefined) return { ...ideal.basis, ideal: ideal.estimate }
    const measured = this.#measured.estimate(clusters)
    return { ...measured.basis, measured: measured.estimate, ideal: ideal.estimate }
  }
}
