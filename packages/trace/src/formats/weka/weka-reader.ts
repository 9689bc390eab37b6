import { printable } from '@reprise/safe-text'
import type { SubagentTimeBasis, Trace } from '../../corpus.ts'
import { inferEdges } from '../../edges/infer-edges.ts'
import { type Problem, TraceError } from '../../problem.ts'
import { type BlockNumbers, renumberBlocks } from '../../recording/block-numbers.ts'
import { InvalidTrace } from '../../recording/invalid-trace.ts'
import type {
  FormatOptions,
  FormatReader,
  LiftedLists,
  ReaderNotes,
  Recording,
  RecordPlace,
} from '../../recording/trace-format.ts'
import { buildTrace } from './build-trace.ts'
import { decideSubagentTimes } from './decide-subagent-times.ts'
import { parseWekaTrace } from './parse.ts'
import type { RecordedTrace } from './recorded-trace.ts'
import { splitAgents } from './split-agents.ts'

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

  add(record: unknown, place: RecordPlace, { blocks }: LiftedLists = {}): void {
    const warnings: { readonly code: 'totals' | 'negative'; readonly message: string }[] = []
    const trace = parseWekaTrace(record, {
      ...(blocks && { blocks }),
      globalNumbers: this.#globalNumbers,
      unknownField: (name) => this.#notes.unknownField(name, place.file),
      warn: (code, message) => warnings.push({ code, message }),
    })
    for (const each of warnings) this.#notes.warn({ ...each, ...place, trace: trace.id })
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
    const split = this.#split(recorded)
    return {
      corpus: corpusOf(recorded, basis, split),
      problems: [...contraryProblem(contrary, basis, this.#sources), ...splitProblem(split, this.#sources)],
      contraryTraces: contrary.length,
      placeOf: ({ trace }) => this.#sources.get(trace)?.place,
    }
  }

  /** Those in which agents were told apart, by id. */
  #split(recorded: readonly RecordedTrace[]): Map<string, RecordedTrace> {
    const { splitAgents: when } = this.#options
    if (when === 'never') return new Map()
    const found = recorded.map((trace) => splitAgents(trace, when)).filter((trace) => trace !== undefined)
    return new Map(found.map((trace) => [trace.id, trace]))
  }
}

/** Told where the first of them was read. */
function splitProblem(split: ReadonlyMap<string, RecordedTrace>, sources: ReadonlyMap<string, Source>): Problem[] {
  const [first] = split.keys()
  if (first === undefined) return []
  const others = split.size > 1 ? ` (and in ${split.size - 1} more traces)` : ''
  const message = `several agents are recorded as one list${others}; they are told apart by their blocks, as --split-agents never would leave undone`
  return [{ severity: 'warning', code: 'split', ...sources.get(first)!.place, trace: first, message }]
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

function corpusOf(
  recorded: readonly RecordedTrace[],
  basis: SubagentTimeBasis,
  split: ReadonlyMap<string, RecordedTrace>,
): Recording['corpus'] {
  const sorted = recorded.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const { blockSize, blockScope } = sorted[0]!
  const built = sorted.map((trace) => {
    const apart = split.get(trace.id)
    return apart ? inferEdges(buildTrace(apart, basis), 'dispatch') : buildTrace(trace, basis)
  })
  const numberAgain = blockScope === 'global' && sorted.some((trace) => trace.idKind === 'text')
  const traces: Trace[] = numberAgain ? renumberBlocks(built) : built
  const hasMarkers = traces.some(({ id, sessions }) => sessions.length > 1 && !split.has(id))
  return {
    schema: 'corpus/1',
    blockSize,
    blockScope,
    origin: {
      format: 'weka',
      subagentTimes:
        hasMarkers || recorded.some((trace) => split.has(trace.id) && hasSubagents(trace)) ? basis : 'none',
      ...(split.size > 0 && { splitTraces: split.size }),
    },
    edges: hasMarkers ? 'markers' : split.size > 0 ? 'dispatch' : 'sequence',
    traces,
  }
}

function hasSubagents({ root }: RecordedTrace): boolean {
  return root.entries.some(({ kind }) => kind === 'subagent')
}
