import { hostSign, mildLevel } from './host-signs.ts'

/** The line of a log that says why a server failed, and who can do something about it. */
export interface RootCause {
  readonly by: 'host' | 'recipe'
  readonly line: string
  /** Another port mends it. */
  readonly isPortTaken: boolean
}

/**
 * Who is to blame, from the last lines of a log; undefined where they do not say.
 *
 * A complaint about the command line decides, wherever it stands. Else the latest line that blames somebody does: one that names a fault of
 * the host, or an exception. What only reports that another process has failed blames nobody, and nor does what is told at the level of
 * information or warning, as a hint, or as a count of none.
 */
export function rootCause(lines: readonly string[]): RootCause | undefined {
  const usage = lines.findLast((line) => usageErrors.some((error) => error.test(line)))
  if (usage !== undefined) return { by: 'recipe', line: usage, isPortTaken: false }
  for (let i = lines.length - 1; i >= 0; i--) {
    const line = lines[i]!
    const sign = hostSign(line, { isException: exception.test(line) })
    if (sign) return { by: 'host', line, ...sign }
    if (isBlamingException(lines, i)) return chainedHostFault(lines, i) ?? { by: 'recipe', line, isPortTaken: false }
  }
  return undefined
}

/** Words of argparse, click and their like. */
const usageErrors: readonly RegExp[] = [
  /\berror: (unrecognized arguments?|argument |the following arguments are required|ambiguous option|invalid choice)/i,
  /\berror: (unexpected argument|unknown (option|argument|flag)|no such option)/i,
  /^usage: \S/i,
  /\bNo such option: -/,
]

/** The last line of a Python traceback, whatever a logger has written before it. */
const exception = /(?:^|[\])|]\s+)(?:[a-z_]\w*\.)*[A-Z]\w*(?:Error|Exception)(?:: |$)/

/** Says that something failed, and not why. */
const secondHand: readonly RegExp[] = [
  /root cause|see (the )?(error|stack|log|messages?).* (above|for)|error messages above/i,
  /engine ?core (initialization failed|failed to start)|engine process failed|WorkerProc initialization failed/i,
  /\b(ChildFailedError|CalledProcessError|EngineDeadError|CancelledError|BrokenPipeError|ConnectionResetError|EOFError)\b/,
  /\b(worker|scheduler|process|rank)\b.*\b(died|exited|is dead|was terminated)\b/i,
]

const chained = /^(The above exception was the direct cause|During handling of the above exception)/

function isBlamingException(lines: readonly string[], at: number): boolean {
  const line = lines[at]!
  if (!exception.test(line) || mildLevel.test(line) || secondHand.some((words) => words.test(line))) return false
  return !isIgnored(lines, at)
}

/** Python tells so what goes wrong while it ends: it is no cause. */
function isIgnored(lines: readonly string[], at: number): boolean {
  const opening = lines
    .slice(Math.max(0, at - 60), at)
    .findLast((line) => /^(Traceback \(|Exception ignored in)/.test(line))
  if (opening === undefined) return false
  const from = lines.lastIndexOf(opening, at)
  return opening.startsWith('Exception ignored') || (lines[from - 1]?.startsWith('Exception ignored in') ?? false)
}

/** An exception that was raised over another one: the first of them that blames the host. */
function chainedHostFault(lines: readonly string[], at: number): RootCause | undefined {
  let isChained = false
  for (let i = at - 1; i >= 0; i--) {
    const line = lines[i]!
    if (chained.test(line)) isChained = true
    if (!exception.test(line)) continue
    if (!isChained) return undefined
    const sign = hostSign(line, { isException: true })
    if (sign) return { by: 'host', line, ...sign }
    isChained = false
  }
  return undefined
}
