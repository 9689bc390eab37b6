import { blocksOf } from '../../blocks-of.ts'
import type { Session, Trace } from '../../corpus.ts'
import type { KnownLaunch } from '../../edges/timed-session.ts'
import type { BlockHashes } from '../../recording/hash-numbers.ts'
import { type OnLoss, sessionName, type TurnIndices } from '../../recording/session-name.ts'
import { endMs } from './link-ends.ts'
import { chainedHash, localHash } from './sequence-hashes.ts'
import { subagentTool } from './tool-rows.ts'

export interface EndOptions {
  readonly blockSize: number
  /** What the block ids stood for where they were read; absent where hashes are to be made. */
  readonly hashes?: BlockHashes
  /** The id that a block of the trace has among those of all traces. */
  idOf(trace: Trace, block: number): number
  /** One that no block has. */
  freshId(): number
  readonly onLoss: OnLoss
}

/** Dynamo's clock counts from 1970, a recording from its start. */
const originMs = 1_700_000_000_000

/**
 * Renders the turns of sessions, each session's in order, as ends of requests, as JSON on one line, without a line end.
 *
 * Where it is not known what hash a block id stood for, neither is the text behind it: a block stands for its id, as 32-bit token, as often as it has tokens. Equal beginnings so have
 * equal hashes, by Dynamo's own rule.
 */
export class EndRenderer {
  readonly #options: EndOptions
  readonly #before = new Map<Session, bigint[]>()
  /** The hash that each id has. */
  readonly #hashOf = new Map<number, bigint>()

  constructor(options: EndOptions) {
    this.#options = options
  }

  render({ trace, session: index, turn: at }: TurnIndices): string {
    const session = trace.sessions[index]!
    const { inputTokens, outputTokens, model, apiMs, ttftMs, queueMs, cachedTokens, stopReason, startMs } =
      session.turns[at]!
    const sinceStart = (trace.startMs ?? 0) + startMs
    const receivedMs = originMs + Math.round(sinceStart)
    if (!Number.isInteger(sinceStart)) this.#options.onLoss('changed', 'startMs', 'times are whole milliseconds')
    const event = {
      schema: 'dynamo.request.trace.v1',
      event_type: 'request_end',
      event_time_unix_ms: endMs({ startMs: receivedMs, ...(apiMs !== undefined && { apiMs }) }),
      event_source: 'dynamo',
      agent_context: {
        session_id: sessionName(trace, index),
        ...(session.parent !== undefined && { parent_session_id: sessionName(trace, session.parent) }),
      },
      request: {
        request_id: `${sessionName(trace, index)}/${at}`,
        ...(model !== 'unknown' && { model }),
        input_tokens: inputTokens,
        output_tokens: outputTokens,
        ...(cachedTokens !== undefined && { cached_tokens: cachedTokens }),
        request_received_ms: receivedMs,
        ...(queueMs !== undefined && { prefill_wait_time_ms: queueMs }),
        ...(ttftMs !== undefined && { ttft_ms: ttftMs }),
        ...(apiMs !== undefined && { total_time_ms: apiMs }),
        ...(stopReason !== undefined && { finish_reason_metadata: { finish_reason: stopReason } }),
        replay: { trace_block_size: this.#options.blockSize, input_length: inputTokens },
      },
    }
    // A hash has more digits than a number of JavaScript, so lists of them are put in as text.
    const { prompt, reply } = this.#hashesOf(trace, session, at)
    const lists = [
      `"input_sequence_hashes":[${prompt.join(',')}]`,
      ...(reply ? [`"completion_sequence_hashes":[${reply.join(',')}]`] : []),
    ]
    return `${JSON.stringify(event).slice(0, -'}}}'.length)},${lists.join(',')}}}}`
  }

  /** That a session was started by a turn of its parent's, and which other used its result. */
  renderLaunch(trace: Trace, index: number, { from, joinedBy }: KnownLaunch): string {
    const { parent = 0, turns } = trace.sessions[index]!
    const [session, child] = [sessionName(trace, parent), sessionName(trace, index)]
    const ends = turns.map(({ startMs, apiMs = 0 }) => startMs + apiMs)
    const unixMs = (sinceTrace: number) => originMs + Math.round((trace.startMs ?? 0) + sinceTrace)
    return JSON.stringify({
      schema: 'dynamo.request.trace.v1',
      event_type: 'tool_end',
      event_time_unix_ms: unixMs(Math.max(...ends)),
      event_source: 'harness',
      agent_context: { session_id: session },
      tool: {
        tool_call_id: `${child}/launch`,
        tool_class: subagentTool,
        started_at_unix_ms: unixMs(turns[0]!.startMs),
        ended_at_unix_ms: unixMs(Math.max(...ends)),
        claude: {
          source_request_id: `${session}/${from}`,
          ...(joinedBy !== undefined && { consumer_request_id: `${session}/${joinedBy}` }),
          child_session_id: child,
          execution_mode: joinedBy === undefined ? 'background' : 'blocking',
        },
      },
    })
  }

  /** The tools of a session as rows, one for each call. */
  renderTools(trace: Trace, index: number): string[] {
    const name = sessionName(trace, index)
    const unixMs = (sinceTrace: number) => originMs + Math.round((trace.startMs ?? 0) + sinceTrace)
    return (trace.sessions[index]!.tools ?? []).map(({ name: tool_class, startMs, endMs, failed }, call) =>
      JSON.stringify({
        schema: 'dynamo.request.trace.v1',
        event_type: failed ? 'tool_error' : endMs === undefined ? 'tool_start' : 'tool_end',
        event_time_unix_ms: unixMs(endMs ?? startMs ?? 0),
        event_source: 'harness',
        agent_context: { session_id: name },
        tool: {
          tool_call_id: `${name}/tool/${call}`,
          tool_class,
          ...(startMs !== undefined && { started_at_unix_ms: unixMs(startMs) }),
          ...(endMs !== undefined && { ended_at_unix_ms: unixMs(endMs) }),
        },
      }),
    )
  }

  #hashesOf(trace: Trace, session: Session, at: number): { prompt: bigint[]; reply?: bigint[] } {
    const { hashes, onLoss } = this.#options
    const { replyBlocks, partialBlock } = session.turns[at]!
    if (!hashes) {
      if (replyBlocks) onLoss('dropped', 'replyBlocks', 'their hashes are not known')
      return { prompt: this.#madeHashes(trace, session, at) }
    }
    const full = Array.from(blocksOf(session, at), (id) => hashes.of(id))
    return {
      prompt: partialBlock === undefined ? full : [...full, hashes.of(partialBlock)],
      ...(replyBlocks && { reply: [...full, ...Array.from(replyBlocks, (id) => hashes.of(id))] }),
    }
  }

  #madeHashes(trace: Trace, session: Session, at: number): bigint[] {
    const { blockSize, idOf, freshId, onLoss } = this.#options
    const { inputTokens, sharedBlocks, partialBlock } = session.turns[at]!
    const full = Math.floor(inputTokens / blockSize)
    const rest = inputTokens % blockSize
    const blocks = blocksOf(session, at)
    if (blocks.length > full) onLoss('dropped', 'hash_ids', 'more ids than the prompt has full blocks')
    if (blocks.length < full) onLoss('invented', 'hash_ids', 'ids for the blocks of a prompt that has too few')
    const before = at === 0 ? [] : (this.#before.get(session) ?? [])
    const hashes = before.slice(0, Math.min(sharedBlocks, full))
    while (hashes.length < full) {
      const block = blocks[hashes.length]
      const id = block === undefined ? freshId() : idOf(trace, block)
      const hash = behind(hashes, id, blockSize)
      if ((this.#hashOf.get(id) ?? hash) !== hash)
        onLoss('changed', 'hash_ids', 'an id behind other blocks is another hash')
      this.#hashOf.set(id, hash)
      hashes.push(hash)
    }
    this.#before.set(session, hashes)
    if (rest === 0) return hashes
    if (partialBlock === undefined) onLoss('invented', 'hash_ids', 'an id for a last block that is not full')
    return [...hashes, behind(hashes, partialBlock === undefined ? freshId() : idOf(trace, partialBlock), rest)]
  }
}

function behind(hashes: readonly bigint[], id: number, tokens: number): bigint {
  const local = localHash(new Uint32Array(tokens).fill(id))
  const before = hashes.at(-1)
  return before === undefined ? local : chainedHash(before, local)
}
