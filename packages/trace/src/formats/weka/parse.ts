import type { BlockDelta } from '../../encode-blocks.ts'
import { encodeBlocks } from '../../encode-blocks.ts'
import { msOfSeconds } from '../../milliseconds.ts'
import type { BlockNumbers } from '../../recording/block-numbers.ts'
import { checked, InvalidTrace } from '../../recording/invalid-trace.ts'
import { checkTotals } from './check-totals.ts'
import { IdReader } from './id-reader.ts'
import type { RecordedEntry, RecordedSession, RecordedTrace, RecordedTurn } from './recorded-trace.ts'
import { WekaRequest, WekaSubagent, WekaTrace } from './weka-schema.ts'

/** What the parser tells beside the trace. */
export interface ParseNotes {
  /** Lists of ids that were taken out of the value, which has the index of each in its place. */
  readonly blocks?: readonly Uint32Array[]
  /** Text ids of a corpus with global scope are numbered over all its traces. */
  readonly globalNumbers: BlockNumbers
  /** Called for every field that the format does not know, with its path's last name. */
  unknownField(name: string): void
  warn(code: 'totals' | 'negative', message: string): void
}

const maxDepth = 64

/**
 * One WEKA trace out of parsed JSON.
 *
 * @throws InvalidTrace when a field is missing or impossible.
 */
export function parseWekaTrace(value: unknown, notes: ParseNotes): RecordedTrace {
  const weka = checked(WekaTrace, value, '', notes.unknownField)
  try {
    const negative: string[] = []
    const trace = recordedTrace(weka, notes, negative)
    if (negative.length > 0) notes.warn('negative', negativeWords(negative))
    if (weka.totals) checkTotals(weka.totals, trace.root, (message) => notes.warn('totals', message))
    return trace
  } catch (error) {
    throw error instanceof InvalidTrace ? new InvalidTrace(error.message, weka.id) : error
  }
}

function negativeWords([first, ...others]: readonly string[]): string {
  const more = others.length > 0 ? ` (and ${others.length} more)` : ''
  return `${first}${more}: a negative duration, which a clock that was set back gives; it is read as 0`
}

function recordedTrace(weka: WekaTrace, notes: ParseNotes, negative: string[]): RecordedTrace {
  const blockScope = weka.hash_id_scope === 'global' ? 'global' : 'local'
  const ids = new IdReader(blockScope === 'global' ? notes.globalNumbers : new Map(), notes.blocks)
  const root = recordedSession(weka, { path: '', models: [], depth: 0, ids, notes, negative })
  if (!root.entries.some((entry) => entry.kind === 'turn')) {
    throw new InvalidTrace('requests: the trace has no request of its own; remove it, or add what was asked')
  }
  const models = weka.models ?? modelsOf(root)
  const { kind } = ids
  const knowsAgents = weka.totals != null || root.toolTokens + root.systemTokens > 0
  return {
    id: weka.id,
    models,
    blockSize: weka.block_size,
    blockScope,
    ...(kind && { idKind: kind }),
    knowsAgents,
    root,
  }
}

interface Place {
  readonly path: string
  /** Of the sessions above, nearest first. */
  readonly models: readonly string[]
  readonly depth: number
  readonly ids: IdReader
  readonly notes: ParseNotes
  /** Where a duration is less than 0. */
  readonly negative: string[]
}

function recordedSession(source: WekaTrace | WekaSubagent, above: Place): RecordedSession {
  if (above.depth > maxDepth) {
    throw new InvalidTrace(`${above.path}subagents are nested deeper than ${maxDepth}; flatten them`)
  }
  const place = { ...above, models: [...(source.models ?? []), ...above.models] }
  const entries: RecordedEntry[] = []
  let previous: ArrayLike<unknown> = []
  for (const [index, element] of (source.requests ?? []).entries()) {
    const path = `${place.path}requests[${index}]`
    if (isSubagent(element)) {
      entries.push(
        recordedSubagent(checked(WekaSubagent, element, path, place.notes.unknownField), {
          ...place,
          path: `${path}.`,
        }),
      )
      continue
    }
    const request = checked(WekaRequest, element, path, place.notes.unknownField)
    noteNegative(request, ['api_time', 'think_time', 'ttft'], path, place.negative)
    const ids = place.ids.read(request.hash_ids ?? [], path)
    entries.push({ kind: 'turn', turn: recordedTurn(request, deltaOf(previous, ids, path), place.models) })
    previous = ids
  }
  return { toolTokens: source.tool_tokens ?? 0, systemTokens: source.system_tokens ?? 0, entries }
}

function recordedSubagent(source: WekaSubagent, place: Place): RecordedEntry {
  const session = recordedSession(source, { ...place, depth: place.depth + 1 })
  noteNegative(source, ['duration_ms'], place.path.replace(/\.$/, ''), place.negative)
  return {
    kind: 'subagent',
    subagent: {
      tMs: msOfSeconds(source.t),
      async: source.status === 'async_launched',
      session,
      ...(source.duration_ms != null && { durationMs: Math.max(0, source.duration_ms) }),
      ...(source.agent_id && { agentId: source.agent_id }),
      ...(source.subagent_type && { agentType: source.subagent_type }),
    },
  }
}

function noteNegative<Name extends string>(
  source: { readonly [Each in Name]?: unknown },
  names: readonly Name[],
  path: string,
  negative: string[],
): void {
  for (const name of names) {
    const value = source[name]
    if (typeof value === 'number' && value < 0) negative.push(`${path}.${name}`)
  }
}

function recordedTurn(request: WekaRequest, delta: BlockDelta, models: readonly string[]): RecordedTurn {
  return {
    inputTokens: request.in,
    outputTokens: request.out,
    ...delta,
    tMs: msOfSeconds(request.t),
    ...(request.api_time != null && { apiMs: durationMs(request.api_time) }),
    ...(request.ttft != null && { ttftMs: durationMs(request.ttft) }),
    ...(request.think_time != null && { thinkMs: durationMs(request.think_time) }),
    model: request.model ?? models[0] ?? 'unknown',
    inputKinds: request.input_types ?? [],
    outputKinds: request.output_types ?? [],
    ...(request.stop && { stopReason: request.stop }),
  }
}

/** Recorders subtract clocks: a negative duration means none. */
function durationMs(seconds: number): number {
  return Math.max(0, msOfSeconds(seconds))
}

function deltaOf(previous: ArrayLike<unknown>, ids: ArrayLike<unknown>, path: string): BlockDelta {
  try {
    return encodeBlocks(previous, ids)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    const message = `${path}.hash_ids${error.message}: expected a whole number from 0 to 4294967295; renumber the ids from 0`
    throw new InvalidTrace(message)
  }
}

function isSubagent(element: unknown): boolean {
  return typeof element === 'object' && element !== null && 'type' in element && element.type === 'subagent'
}

function modelsOf(session: RecordedSession): string[] {
  const found = new Set<string>()
  for (const entry of session.entries) {
    if (entry.kind === 'turn') found.add(entry.turn.model)
    else for (const model of modelsOf(entry.subagent.session)) found.add(model)
  }
  return [...found].sort()
}
