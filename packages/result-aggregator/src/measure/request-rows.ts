import type { RequestRecord } from '@reprise/replay-engine'
import type { MeasuredTime } from '../interval/interval-ground.ts'
import { RequestClusters } from '../interval/request-clusters.ts'
import { NumberList } from './number-list.ts'
import type { PlayNumbers } from './play-numbers.ts'
import { measuredUntil, type ProfilingWindow } from './profiling-windows.ts'

/** Of every profiling request, in the order in which they come in, its play and when it was sent. */
export class RequestRows {
  readonly #windows: readonly ProfilingWindow[]
  readonly #numbers: PlayNumbers
  readonly #plays = new NumberList()
  readonly #sentMs = new NumberList()

  constructor(windows: readonly ProfilingWindow[], numbers: PlayNumbers) {
    this.#windows = windows
    this.#numbers = numbers
  }

  /** One that was never sent has no value of anything. */
  add(record: RequestRecord): void {
    this.#plays.push(this.#numbers.of(record))
    this.#sentMs.push(measuredUntil(this.#windows, record.sentMs ?? 0))
  }

  /** Of each, from the start of the measured time. */
  sentMs(): Float64Array {
    return this.#sentMs.values()
  }

  clusters(measured: MeasuredTime): RequestClusters {
    return new RequestClusters({
      plays: new Uint32Array(this.#plays.values()),
      sentMs: this.#sentMs.values(),
      ...measured,
    })
  }
}
