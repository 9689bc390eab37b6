import { printable } from '@reprise/safe-text'
import { type CorpusCheck, checkCorpus, renderProblem } from '@reprise/trace'
import type { Command } from 'commander'
import { parseCount } from '../options/parse-count.ts'
import { addReadingOptions, type ReadingOptions, tracesWords } from '../options/reading-options.ts'
import { readRecorded } from '../run/read-recorded.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { exitCodes } from '../terminal/exit-codes.ts'
import { examples, grouped, writeJson } from '../terminal/output.ts'

interface CheckOptions extends ReadingOptions {
  readonly expectRequests?: number
  readonly expectSessions?: number
  readonly json: boolean
}

/** `reprise trace check`: what is wrong with traces, before hours of a GPU are spent on them. */
export function registerTraceCheck(trace: Command, { io, setExitCode }: CommandContext): void {
  addReadingOptions(
    trace
      .command('check')
      .argument('<path>', tracesWords)
      .description('Say what is wrong with traces, each with file and line; exit code 2 where anything is.'),
  )
    .option('--expect-requests <n>', 'fail unless there are so many', parseCount(1))
    .option('--expect-sessions <n>', 'fail unless there are so many', parseCount(1))
    .option('--json', 'as JSON on stdout', false)
    .addHelpText(
      'after',
      examples(
        'npx reprise trace check traces/',
        "npx reprise trace check 'shards/*.jsonl.gz' --expect-requests 12031 --expect-sessions 400",
      ),
    )
    .action(async (path: string, options: CheckOptions) => {
      const { expectRequests, expectSessions } = options
      const read = await readRecorded(path, options, io)
      const check = checkCorpus(read, {
        ...(expectRequests !== undefined && { requests: expectRequests }),
        ...(expectSessions !== undefined && { sessions: expectSessions }),
      })
      if (options.json) writeJson(io, check)
      else io.stdout.write(renderCheck(check))
      if (!check.ok) setExitCode(exitCodes.author)
    })
}

const shownOfAKind = 3

function renderCheck(check: CorpusCheck): string {
  const { min, median, max } = check.requestsPerSession
  const rows = [
    ['format', `${check.format}, blocks of ${check.blockSize} tokens`],
    ['files', grouped(check.files)],
    ['traces', grouped(check.traces)],
    ['sessions', grouped(check.sessions)],
    ['requests', `${grouped(check.requests)}, ${min} to ${max} in a session (median ${median})`],
    ['without server time', grouped(check.withoutApiMs)],
    ...inferredRows(check),
  ]
  const table = rows.map(([name, value]) => `${name!.padEnd(22)}${value}\n`).join('')
  const kinds = Object.entries(check.counts).map(([code, count]) => {
    const found = check.problems.filter((problem) => problem.code === code)
    const first = found.slice(0, shownOfAKind).map((problem) => `  ${renderProblem(problem)}\n`)
    const more = count > first.length ? `  and ${grouped(count - first.length)} more\n` : ''
    return `\n${found[0]!.severity} ${code}: ${grouped(count)}\n${first.join('')}${more}`
  })
  const unmet = check.unmet.map((each) => `\nerror expectation: ${printable(each)}\n`)
  return `${table}${kinds.join('')}${unmet.join('')}\n${check.ok ? 'good' : 'not good'}\n`
}

/** What nobody told, a line each where there is any: a replay of it is as good as the guess. */
function inferredRows({ inferred, requests }: CorpusCheck): string[][] {
  if (!inferred) return []
  const { identities, tools, approximated } = inferred
  const of = `of ${grouped(requests)} requests`
  return [
    ['identity inferred', `${grouped(identities)} ${of}, from prompts; name sessions by headers where you can`],
    ['tools inferred', `${grouped(tools)} calls, from replies and the requests that hold their results`],
    ['tokens approximated', `${grouped(approximated)} ${of}; give capture a --tokenizer`],
  ].filter(([, told]) => !told!.startsWith('0 '))
}
