import type { PhaseSpan, RequestRecord, Target } from '@reprise/replay-engine'
import type { Companion, CompanionEnd, CompanionNotes, CompanionRun } from './companion.ts'

/** What all companions of a run gave, and what the first of them that failed threw. */
export interface CompanyEnd {
  readonly notes: CompanionNotes
  readonly failure?: { readonly error: unknown }
}

/**
 * The companions of a run as one. What one of them throws is kept, never thrown: the run and the other companions go on. That one is told
 * nothing more, and is stopped like the others.
 */
export class Company {
  readonly #companions: readonly Companion[]
  readonly #started: Companion[] = []
  readonly #failed = new Set<Companion>()
  #failure: { readonly error: unknown } | undefined

  constructor(companions: readonly Companion[]) {
    this.#companions = companions
  }

  /** In order. @throws what the first one throws that cannot start; those before it have to be stopped. */
  async start(run: CompanionRun): Promise<void> {
    for (const companion of this.#companions) {
      // It may have opened something before it failed.
      this.#started.push(companion)
      await companion.start?.(run)
    }
  }

  /** The target as all of them see it, the first one the closest to it. */
  watched(target: Target): Target {
    return this.#started.reduce((seen, companion) => companion.watched?.(seen) ?? seen, target)
  }

  phase(span: PhaseSpan): void {
    for (const companion of this.#started) this.#tell(companion, () => companion.phase?.(span))
  }

  record(record: RequestRecord): void {
    for (const companion of this.#started) this.#tell(companion, () => companion.record?.(record))
  }

  /** Stops those that were started, the last first, one after the other. */
  async stop(end: CompanionEnd): Promise<CompanyEnd> {
    let notes: CompanionNotes = {}
    for (const companion of this.#started.toReversed()) {
      try {
        notes = { ...notes, ...(await companion.stop(end)) }
      } catch (error) {
        this.#failure ??= { error }
      }
    }
    return { notes, ...(this.#failure && { failure: this.#failure }) }
  }

  #tell(companion: Companion, tell: () => void): void {
    if (this.#failed.has(companion)) return
    try {
      tell()
    } catch (error) {
      this.#failed.add(companion)
      this.#failure ??= { error }
    }
  }
}
