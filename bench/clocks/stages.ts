import { quantile } from '@reprise/trace/quantile'
import type { PlayedLive } from './play-live.ts'

/** A part of the way of a request and its reply, and how long requests took over it. */
export interface Stage {
  readonly stage: string
  readonly p50Ms: number
  readonly p90Ms: number
  readonly p99Ms: number
}

/** Where a live run spends what a simulation does not: every part of the way of a request that is not the modelled engine's own time. */
export function stagesOf({ served, replies, toClientMs }: PlayedLive): Stage[] {
  const known = served.map((line) => ({ line, reply: replies.get(line.id)! }))
  const stage = (name: string, of: (each: (typeof known)[number]) => number | readonly number[]): Stage => {
    const sorted = known.flatMap((each) => of(each)).sort((one, other) => one - other)
    const at = (p: number) => quantile(sorted, p)!
    return { stage: name, p50Ms: at(0.5), p90Ms: at(0.9), p99Ms: at(0.99) }
  }
  return [
    stage('due to sent: timer, prompt', ({ reply }) => reply.sentMs - reply.dueMs),
    stage('sent to head read: write, way', ({ line, reply }) => line.receivedMs + toClientMs - reply.sentMs),
    stage('head read to keyed: body, JSON, keys', ({ line }) => line.keyedMs - line.receivedMs),
    stage('a token to its write', ({ line }) => line.tokenMs.map((ms, at) => line.writeMs[at]! - ms)),
    stage('first write to its read', ({ line, reply }) => reply.firstTokenMs - line.firstWriteMs - toClientMs),
    stage('last token to its write', ({ line }) => line.lastWriteMs - line.lastTokenMs),
    stage('last write to end of reply', ({ line, reply }) => reply.doneMs - line.lastWriteMs - toClientMs),
    stage('behind a reply: last token to its end', ({ line, reply }) => reply.doneMs - line.lastTokenMs - toClientMs),
    stage('before one: due to come', ({ line, reply }) => line.queuedMs + toClientMs - reply.dueMs),
  ]
}
