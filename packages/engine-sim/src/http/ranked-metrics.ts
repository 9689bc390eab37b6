import type { EngineCounts } from '../core/engine.ts'
import type { EngineMetrics } from './engine-metrics.ts'
import type { Generation } from './generation.ts'

/** One metrics page of several ranks: each has its own samples in every family. */
export class RankedMetrics implements EngineMetrics {
  readonly #pages: readonly EngineMetrics[]

  /** `pages`: of the ranks, with the same families in the same order. */
  constructor(pages: readonly EngineMetrics[]) {
    this.#pages = pages
  }

  token(generation: Generation, atMs: number, previousMs: number | undefined): void {
    this.#pages[generation.rank]!.token(generation, atMs, previousMs)
  }

  finished(generation: Generation): void {
    this.#pages[generation.rank]!.finished(generation)
  }

  aborted(generation: Generation): void {
    this.#pages[generation.rank]!.aborted(generation)
  }

  step(tokens: number, rank: number): void {
    this.#pages[rank]!.step(tokens, 0)
  }

  recordSleep(level: number | undefined): void {
    for (const page of this.#pages) page.recordSleep(level)
  }

  render({ ranks = [] }: EngineCounts): string {
    const [first = [], ...others] = this.#pages.map((page, rank) => familiesOf(page.render(ranks[rank]!)))
    return first.map((family, at) => joined([family, ...others.map((families) => families[at]!)])).join('')
  }
}

/** A page, cut before each family. */
function familiesOf(page: string): readonly string[] {
  return page.split(/^(?=# HELP )/m)
}

/** A family of several pages: what the lines have in common stands once. */
function joined(families: readonly string[]): string {
  return [...new Set(families.flatMap((family) => family.match(/[^\n]*\n/g) ?? []))].join('')
}
