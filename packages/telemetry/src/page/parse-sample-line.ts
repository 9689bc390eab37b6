import type { SeriesKey } from './series-key.ts'

/** One sample of a metrics page. */
export interface PageSample {
  readonly key: SeriesKey
  /** May be NaN or infinite. */
  readonly value: number
}

/**
 * A line of the text format or of OpenMetrics; `undefined` for what is neither. Its timestamp and its exemplar are read over.
 *
 * Source: Prometheus text exposition format 0.0.4 with the quoted names of 1.0.0, OpenMetrics 1.0.
 */
export function parseSampleLine(line: string): PageSample | undefined {
  const name = plainName.exec(line)?.[0]
  let at = skipBlanks(line, name?.length ?? 0)
  const labels = new Map<string, string>()
  let quoted: string | undefined
  if (line[at] === '{') {
    const read = readLabels(line, at + 1, labels)
    if (!read) return undefined
    quoted = read.name
    at = read.end
  }
  const whole = name ?? quoted
  if (whole === undefined || (name !== undefined && quoted !== undefined)) return undefined
  const rest = behindLabels.exec(line.slice(at))
  const value = rest ? parseValue(rest[1]!) : undefined
  return value === undefined ? undefined : { key: { name: whole, labels }, value }
}

const plainName = /^[a-zA-Z_:][a-zA-Z0-9_:]*/
const labelName = /[a-zA-Z_][a-zA-Z0-9_]*/y
/** The value, a timestamp, and behind a number sign an exemplar. */
const behindLabels = /^[ \t]*(\S+)(?:[ \t]+[-+.\deE]+)?[ \t]*(?:#[ \t].*)?$/

/** The labels up to the closing brace; the name too, where it stands among them in quotes. */
function readLabels(line: string, start: number, labels: Map<string, string>) {
  let name: string | undefined
  let at = skipBlanks(line, start)
  while (line[at] !== '}') {
    const label = line[at] === '"' ? readQuoted(line, at) : readLabelName(line, at)
    if (!label) return undefined
    at = skipBlanks(line, label.end)
    if (line[at] === '=') {
      const value = readQuoted(line, skipBlanks(line, at + 1))
      if (!value || labels.has(label.text)) return undefined
      labels.set(label.text, value.text)
      at = skipBlanks(line, value.end)
    } else {
      // Only a name stands alone, and only once.
      if (name !== undefined || line[at - 1] !== '"') return undefined
      name = label.text
    }
    if (line[at] === ',') at = skipBlanks(line, at + 1)
    else if (line[at] !== '}') return undefined
  }
  return { end: at + 1, ...(name !== undefined && { name }) }
}

function readLabelName(line: string, at: number): { text: string; end: number } | undefined {
  labelName.lastIndex = at
  const text = labelName.exec(line)?.[0]
  return text === undefined ? undefined : { text, end: at + text.length }
}

function readQuoted(line: string, start: number): { text: string; end: number } | undefined {
  if (line[start] !== '"') return undefined
  let text = ''
  for (let at = start + 1; at < line.length; at += 1) {
    const character = line[at]!
    if (character === '"') return { text, end: at + 1 }
    if (character !== '\\') {
      text += character
      continue
    }
    at += 1
    text += line[at] === 'n' ? '\n' : (line[at] ?? '')
  }
  return undefined
}

function parseValue(text: string): number | undefined {
  const known = named[text.toLowerCase()]
  if (known !== undefined) return known
  return decimal.test(text) ? Number(text) : undefined
}

const named: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  '+inf': Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
}
const decimal = /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/

function skipBlanks(line: string, start: number): number {
  let at = start
  while (line[at] === ' ' || line[at] === '\t') at += 1
  return at
}
