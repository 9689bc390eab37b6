import type { Capture, ProxyCounts, RecordingProgress, ToolCounts } from '@reprise/capture'
import { printable, quoteWord } from '@reprise/safe-text'
import { grouped, several } from '../terminal/output.ts'

/** What was captured, as `--json` prints it. */
export interface CaptureSummary {
  readonly out: string
  /** Records of requests on the disk; a trace of them has so many. */
  readonly requests: number
  readonly sessions: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly shards: number
  readonly bytes: number
  /** How the requests that went through ended, those that are not recorded too. */
  readonly ends: ProxyCounts['ends']
  /** Calls of tools that harnesses told of, and what they sent that tells of none. */
  readonly tools: ToolCounts
  readonly passedOn: { readonly otherPaths: number; readonly upgrades: number }
  /** Requests without a record: too large, too fast for this machine, refused by the disk, or for a reason of their own. */
  readonly lost: {
    readonly tooLarge: number
    readonly tooFast: number
    readonly disk: number
    readonly unrecorded: Readonly<Record<string, number>>
  }
  /** Why the upstream did not reply, and how often. */
  readonly refused: Readonly<Record<string, number>>
}

interface CaptureParts {
  readonly folder: string
  readonly counts: ProxyCounts
  readonly tools: ToolCounts
  /** Absent where the recording thread has died. */
  readonly recorded: RecordingProgress | undefined
  readonly refusals: ReadonlyMap<string, number>
}

export function summarize({ folder, counts, tools, recorded, refusals }: CaptureParts): CaptureSummary {
  const { totals, shards, lost } = recorded ?? {}
  return {
    out: folder,
    requests: Math.max(0, (totals?.requests ?? 0) - (shards?.lostLines ?? 0)),
    sessions: totals?.sessions ?? 0,
    inputTokens: totals?.inputTokens ?? 0,
    outputTokens: totals?.outputTokens ?? 0,
    shards: shards?.shards ?? 0,
    bytes: shards?.bytes ?? 0,
    ends: counts.ends,
    tools,
    passedOn: { otherPaths: counts.requests.other, upgrades: counts.upgrades },
    lost: {
      tooLarge: lost?.['too-large'] ?? 0,
      tooFast: lost?.['too-fast'] ?? 0,
      disk: shards?.lostLines ?? 0,
      unrecorded: Object.fromEntries(totals?.unrecorded ?? []),
    },
    refused: Object.fromEntries(refusals),
  }
}

/** One line about a capture that is on. */
export function renderProgress({ counts, progress }: Pick<Capture, 'counts' | 'progress'>): string {
  const { requests, open, requestBytes, replyBytes } = counts()
  const { totals, shards, lost } = progress() ?? {}
  const all = Object.values(requests).reduce((sum, each) => sum + each, 0)
  const missing = (lost?.['too-large'] ?? 0) + (lost?.['too-fast'] ?? 0) + (shards?.lostLines ?? 0)
  return [
    `${several(all, 'request')} (${open} open)`,
    `${grouped(totals?.requests ?? 0)} recorded`,
    `${grouped(totals?.sessions ?? 0)} sessions`,
    `${grouped(totals?.inputTokens ?? 0)} tokens in, ${grouped(totals?.outputTokens ?? 0)} out`,
    `${megabytes(requestBytes + replyBytes)} passed on`,
    `${megabytes(shards?.bytes ?? 0)} written`,
    `${missing} lost`,
  ].join(' · ')
}

/** What was captured, what was not, and what to do next. */
export function renderCaptured(summary: CaptureSummary): string {
  const { out, requests, sessions, inputTokens, outputTokens, shards, bytes, ends, tools, passedOn, lost, refused } =
    summary
  const lines = [
    `captured ${several(requests, 'request')} of ${several(sessions, 'session')} in ${printable(out, 300)}: ${several(inputTokens, 'token')} in, ${grouped(outputTokens)} out; ${several(shards, 'shard')}, ${megabytes(bytes)}`,
    ...listed(
      'not complete',
      Object.entries(ends).filter(([end]) => end !== 'complete'),
    ),
    ...listed('told of tools', [
      ['events', tools.accepted],
      ['messages that tell of none', tools.rejected],
    ]),
    ...listed('passed on, not recorded', [
      ['on other paths', passedOn.otherPaths],
      ['upgraded', passedOn.upgrades],
    ]),
    ...listed('lost', [
      ['too large to be recorded', lost.tooLarge],
      ['too fast for this machine', lost.tooFast],
      ['refused by the disk', lost.disk],
      ...Object.entries(lost.unrecorded),
    ]),
    ...listed('the upstream did not reply', Object.entries(refused)),
  ]
  const next =
    requests === 0
      ? 'nothing was recorded: is the client given the address of the proxy as base URL?'
      : `next: npx reprise trace check ${quoteWord(out)} --expect-requests ${requests}`
  return `${lines.join('\n')}\n${next}\n`
}

function listed(title: string, counts: readonly (readonly [string, number])[]): string[] {
  const some = counts
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${grouped(count)} ${printable(name, 300)}`)
  return some.length === 0 ? [] : [`  ${title}: ${some.join(', ')}`]
}

function megabytes(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`
}
