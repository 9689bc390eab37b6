import type { Corpus, Session } from '@reprise/trace'
import { blocksOf } from '@reprise/trace/blocks'
import type { Observer } from '@reprise/wire'
import type { PlannedRequest } from '../port/target.ts'

/** A corpus of one trace. */
export function corpusOfSessions(sessions: readonly Session[], blockSize = 64): Corpus {
  const traces = [{ id: 'trace', models: ['m'], sessions }]
  return {
    schema: 'corpus/1',
    digest: 'fixture',
    blockSize,
    blockScope: 'local',
    origin: { format: 'weka', subagentTimes: 'none' },
    traces,
  }
}

/** A turn of the corpus's only trace as a plan would send it. */
export function plannedRequest(
  { blockSize, traces }: Corpus,
  { session = 0, turn, scope = 'lane 0' }: { session?: number; turn: number; scope?: string },
): PlannedRequest {
  const { inputTokens, outputTokens } = traces[0]!.sessions[session]!.turns[turn]!
  const blocks = blocksOf(traces[0]!.sessions[session]!, turn)
  const tailTokens = inputTokens - blocks.length * blockSize
  return {
    id: `0.0.${session}.${turn}`,
    phase: 'profiling',
    lane: 0,
    play: 0,
    traceId: 'trace',
    traceIndex: 0,
    sessionIndex: session,
    ...parentOf(traces[0]!.sessions[session]!),
    turn,
    inputTokens,
    outputTokens: Math.max(1, outputTokens),
    prompt: { seed: 1, scope, blockSize, blocks, tailTokens, tailKey: `${session}.${turn}` },
  }
}

function parentOf({ parent }: Session): { parentSession?: number } {
  return parent === undefined ? {} : { parentSession: parent }
}

/** Writes down what it is told. */
export class ListeningObserver implements Observer {
  readonly heard: string[] = []
  readonly chunks: { readonly atMs: number; readonly kind: string; readonly tokens: number | undefined }[] = []
  bytes = 0
  connectingMs: number | undefined
  sentMs: number | undefined
  headersMs: number | undefined

  /** Not among what was heard: whether a connection stands depends on the requests before. */
  connecting(atMs: number): void {
    this.connectingMs = atMs
  }

  sent(atMs: number): void {
    this.heard.push('sent')
    this.sentMs = atMs
  }

  headers(atMs: number): void {
    this.heard.push('headers')
    this.headersMs = atMs
  }

  chunk(atMs: number, kind: string, tokens?: number, bytes = 0): void {
    this.bytes += bytes
    this.heard.push(kind)
    this.chunks.push({ atMs, kind, tokens })
  }

  resent(): void {
    this.heard.push('resent')
  }
}
