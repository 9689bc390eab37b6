import { printable } from '@reprise/safe-text'
import type { SubagentTimeBasis, Trace } from '../../corpus.ts'
import { type Problem, TraceError } from '../../problem.ts'
import { type BlockNumbers, renumberBlocks } from '../../recording/block-numbers.ts'
import { InvalidTrace } from '../../recording/invalid-trace.ts'
import type { FormatOptions, FormatReader, ReaderNotes, Recording, RecordPlace } from '../../recording/trace-format.ts'
import { buildTrace } from './build-trace.ts'
import { decideSubagentTimes } from './decide-subagent-times.ts'
import { parseWekaTrace } from './parse.ts'
import type { RecordedTrace } from './recorded-trace.ts'

interface Source {
  readonly place: RecordPlace
  readonly trace: RecordedTrace
}

/** A record is a trace. What the times of subagents stand for is decided once all are there. */
export class WekaReader implements FormatReader {
  readonly #sources = new Map<string, Source>()
  readonly #globalNumbers: BlockNumbers = new Map()
  readonly #options: FormatOptions
  readonly #notes: ReaderNotes

  constructor(options: FormatOptions, notes: ReaderNotes) {
    this.#options = options
    this.#notes = notes
  }

  get used(): number {
    return this.#sources.size
  }

  add(record: unknown, place: RecordPlace): void {
    const warnings: string[] = []
    const trace = parseWekaTrace(record, {
      globalNumbers: this.#globalNumbers,
      unknownField: (name) => this.#notes.unknownField(name, place.file),
      warn: (message) => warnings.push(message),
    })
    for (const message of warnings) this.#notes.warn({ code: 'totals', ...place, trace: trace.id, message })
    const earlier = this.#sources.get(trace.id)
    if (!earlier) {
      this.#sources.set(trace.id, { place, trace })
      return
    }
    const message = `this trace id was already read from ${printable(earlier.place.file, 300)}; give it an id of its own, or remove one`
    throw new InvalidTrace(message, trace.id, 'duplicate-id')
  }

  finish(): Recording {
    const sources = [...this.#sources.values()]
    requireOneKind(sources)
    const recorded = sources.map(({ trace }) => trace)
    const { basis, contrary } = decideSubagentTimes(recorded, this.#options.subagentTimes)
    return {
      corpus: corpusOf(recorded, basis),
      problems: contraryProblem(contrary, basis, this.#sources),
      contraryTraces: contrary.length,
      placeOf: ({ trace }) => this.#sources.get(trace)?.place,
    }
  }
}

function requireOneKind(sources: readonly Source[]): void {
  const first = sources[0]!
  const firstWithIds = sources.find(({ trace }) => trace.idKind !== undefined) ?? first
  for (const other of sources) {
    requireAlike(first, other)
    requireAlike(firstWithIds, other)
  }
}

/** Lengths are counted in blocks, and ids compared across traces, so one corpus has one block size and one scope. */
function requireAlike(first: Source, other: Source): void {
  const [a, b] = [first.trace, other.trace]
  const difference =
    a.blockSize !== b.blockSize
      ? `block_size ${a.blockSize} and ${b.blockSize}`
      : a.blockScope !== b.blockScope
        ? `hash_id_scope ${a.blockScope} and ${b.blockScope}`
        : a.blockScope === 'global' && a.idKind && b.idKind && a.idKind !== b.idKind
          ? 'block ids as numbers and as text'
          : undefined
  if (difference === undefined) return
  const files = `${printable(first.place.file, 300)} and ${printable(other.place.file, 300)}`
  throw new TraceError(`traces of different kinds, ${difference}, in ${files}; put each kind into a folder of its own`)
}

/** Told where the first of them was read. */
function contraryProblem(
  contrary: readonly string[],
  basis: SubagentTimeBasis,
  sources: ReadonlyMap<string, Source>,
): Problem[] {
  const [first] = contrary
  if (first === undefined) return []
  const others = contrary.length > 1 ? ` (and those of ${contrary.length - 1} more traces)` : ''
  const message = `its subagent times${others} do not fit ${basis}, by which all are read; put traces of one kind into a folder of their own, or choose with --subagent-times`
  return [{ severity: 'warning', code: 'mixed-times', file: sources.get(first)!.place.file, trace: first, message }]
}

function corpusOf(recorded: readonly RecordedTrace[], basis: SubagentTimeBasis): Recording['corpus'] {
  const sorted = recorded.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const { blockSize, blockScope } = sorted[0]!
  const built = sorted.map((trace) => buildTrace(trace, basis))
  const numberAgain = blockScope === 'global' && sorted.some((trace) => trace.idKind === 'text')
  const traces: Trace[] = numberAgain ? renumberBlocks(built) : built
  const subagentTimes = traces.some((trace) => trace.sessions.length > 1) ? basis : 'none'
  return { schema: 'corpus/1', blockSize, blockScope, origin: { format: 'weka', subagentTimes }, traces }
}
