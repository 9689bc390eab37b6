import type { TimelineRow } from './decode-timeline.ts'
import { exactNumber } from './format-number.ts'
import { type SizeUnit, slotWord } from './size-words.ts'
import type { TipContent } from './tip-content.ts'

/** All that the page knows of a request. */
export function requestTip(row: TimelineRow, unit: SizeUnit): TipContent {
  const { session, outputTokens, cachedTokens } = row
  const of = session.parent === undefined ? '' : ` of ${session.parent}`
  return {
    title: `${row.trace} / ${session.id}, turn ${row.turn}`,
    lines: [
      [
        slotWord(unit) === 'lane' ? 'Lane, play' : 'Arrival, play',
        `${row.lane}, ${row.play}${session.root ? '' : ` (subagent${of})`}`,
      ],
      ['Phase', row.phase],
      ['Sent', row.sentMs === undefined ? 'never' : ms(row.sentMs)],
      ...whenKnown('Late', row.lateMs),
      ...whenKnown('Waiting and prefill', difference(row.sentMs, row.firstTokenMs)),
      ...whenKnown('Decode', difference(row.firstTokenMs, row.lastTokenMs)),
      ...whenKnown('Time per output token', row.tpotMs),
      ['Ended', ms(row.doneMs)],
      [
        'Input tokens',
        `${exactNumber(row.inputTokens)}${cachedTokens === undefined ? '' : `, ${exactNumber(cachedTokens)} cached`}`,
      ],
      ['Output tokens', exactNumber(outputTokens)],
      ['Outcome', row.outcome],
      ...(row.message === undefined ? [] : [['Why', row.message] as const]),
    ],
  }
}

export function difference(fromMs: number | undefined, toMs: number | undefined): number | undefined {
  return fromMs === undefined || toMs === undefined ? undefined : Math.round((toMs - fromMs) * 10) / 10
}

function whenKnown(name: string, value: number | undefined): (readonly [string, string])[] {
  return value === undefined ? [] : [[name, ms(value)]]
}

function ms(value: number): string {
  return `${value.toLocaleString('en-US', { maximumFractionDigits: 1 })} ms`
}
