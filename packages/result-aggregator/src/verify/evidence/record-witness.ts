import type { PhaseSpan, Plan, RequestRecord } from '@reprise/replay-engine'
import { quantile } from '@reprise/trace/quantile'
import { endedWindows } from '../../measure/ended-windows.ts'
import { NumberList } from '../../measure/number-list.ts'
import { plausibleUsage } from '../../measure/plausible-usage.ts'
import { type InFlight, InFlightMeter } from './in-flight-meter.ts'
import { RepeatMeter, type Repeats } from './repeat-meter.ts'
import { ReplySizeMeter, type ReplySizes } from './reply-size-meter.ts'

/** By how much later than think times want requests were due. */
export interface Waits {
  readonly n: number
  readonly p50Ms: number
  readonly maxMs: number
}

/** What is told by records beside their figures. */
export interface SeenRecords {
  /** Absent where no request waited for another while profiling. */
  readonly waits?: Waits
  /** Absent where no window has an end. */
  readonly inFlight?: InFlight
  readonly repeats: Repeats
  readonly replySizes: ReplySizes
}

/** Sees the records from which a result is built, and keeps what physics is asked of: a few numbers, and two for each request. */
export class RecordWitness {
  readonly #waits = new NumberList()
  readonly #inFlight: InFlightMeter
  readonly #repeats = new RepeatMeter()
  readonly #replySizes = new ReplySizeMeter()
  readonly onWait = (lateMs: number): void => this.#waits.push(lateMs)

  constructor(of: { readonly load: Plan['load']; readonly phases: readonly PhaseSpan[] }) {
    this.#inFlight = new InFlightMeter(endedWindows(of))
  }

  add(told: RequestRecord): void {
    const record = plausibleUsage(told)
    this.#inFlight.add(record)
    if (record.phase !== 'profiling') return
    this.#repeats.add(record)
    this.#replySizes.add(record)
  }

  seen(): SeenRecords {
    const waits = this.#waits.sorted()
    const inFlight = this.#inFlight.result()
    return {
      ...(waits.length > 0 && {
        waits: { n: waits.length, p50Ms: quantile(waits, 0.5)!, maxMs: waits[waits.length - 1]! },
      }),
      ...(inFlight && { inFlight }),
      repeats: this.#repeats.result(),
      replySizes: this.#replySizes.result(),
    }
  }
}
