import type { ComparedFigure } from '../result/run-comparison.ts'

type Change = Pick<ComparedFigure, 'kind' | 'low' | 'high'>

/** `+3.4 %` of a ratio, `-1.2 points` of a difference of shares. */
export function changeText({ kind }: Pick<ComparedFigure, 'kind'>, value: number): string {
  return kind === 'ratio' ? `${signedText((value - 1) * 100)} %` : `${signedText(value * 100)} points`
}

/** `+2.6 to +4.2 %`; nothing where there is no interval. */
export function intervalChangeText({ kind, low, high }: Change): string {
  if (low === undefined || high === undefined) return ''
  return kind === 'ratio'
    ? `${signedText((low - 1) * 100)} to ${signedText((high - 1) * 100)} %`
    : `${signedText(low * 100)} to ${signedText(high * 100)} points`
}

/** `12 % (95 % interval 8-16 %)`: how much more or less, without the sign. */
export function sizeText({ kind, value, low, high }: ComparedFigure): string {
  const size = (of: number) => plainText(Math.abs(kind === 'ratio' ? of - 1 : of) * 100)
  const unit = kind === 'ratio' ? '%' : 'points'
  const ends = [size(low!), size(high!)]
  const [near, far] = Math.abs(low! - neutralOf(kind)) <= Math.abs(high! - neutralOf(kind)) ? ends : ends.toReversed()
  return `${size(value!)} ${unit} (95 % interval ${near}-${far} ${unit})`
}

/** `4.1 %`: so far at most a figure without a difference may be off. */
export function withinText({ kind, low, high }: Change): string {
  const most = Math.max(Math.abs(low! - neutralOf(kind)), Math.abs(high! - neutralOf(kind))) * 100
  return `${plainText(most, Math.ceil)} ${kind === 'ratio' ? '%' : 'points'}`
}

function neutralOf(kind: ComparedFigure['kind']): number {
  return kind === 'ratio' ? 1 : 0
}

/** One digit below 10, whole above. */
function plainText(value: number, round: (value: number) => number = Math.round): string {
  const digits = value < 9.95 ? 1 : 0
  const text = (round(Number((value * 10 ** digits).toPrecision(12))) / 10 ** digits).toFixed(digits)
  return text.replace(/\.0$/, '')
}

/** Never `-0`. */
function signedText(value: number): string {
  const text = plainText(Math.abs(value))
  return `${text === '0' ? '±' : value < 0 ? '-' : '+'}${text}`
}
