import type { Mutant } from './mutant.ts'

const trace = 'packages/trace/src'
const plainFile = `${trace}/source/plain-file.ts`
const readLines = `${trace}/source/read-lines.ts`
const reading = `${trace}/source/reading.ts`
const decide = `${trace}/formats/weka/decide-subagent-times.ts`
const hub = `${trace}/source/hub`
const corpusRules = 'packages/result-aggregator/src/measure/corpus-rules.ts'

/** What a trace file can hold, and what becomes of it in a result. */
export const traceMutants: readonly Mutant[] = [
  {
    faults: ['device-in-place-of-a-file'],
    without: 'asking what a file is',
    file: plainFile,
    edits: [['if (found.isFile()) return\n', 'return\n']],
    tests: [`${trace}/source/plain-file.test.ts`],
    named: 'circle|socket|a folder',
  },
  {
    faults: ['file-that-claims-to-be-empty'],
    without: 'a bound for what a file holds',
    file: plainFile,
    edits: [['total <= maxBytes', 'true']],
    tests: [`${trace}/source/plain-file.test.ts`],
    named: 'claims to hold nothing',
  },
  {
    faults: ['packed-newlines'],
    without: 'a bound for the lines of a file',
    file: readLines,
    edits: [['if (bytes > maxBytes) throw', 'if (false) throw']],
    tests: [`${trace}/source/read-lines.test.ts`],
  },
  {
    faults: ['swarm-of-objects'],
    without: 'counting what the parser would make',
    file: `${trace}/source/parse-json.ts`,
    edits: [['if (text.length > smallText) refuseHeavy(text)', '']],
    tests: [`${trace}/source/read-corpus-bad-files.test.ts`],
    named: 'nesting|swarm',
  },
  {
    faults: ['not-a-trace-file'],
    without: 'giving a file up that has no trace in a thousand lines',
    file: reading,
    edits: [['bad >= maxBadLines && bad > this.used - used', 'false']],
    tests: [`${trace}/source/read-corpus-bad-files.test.ts`],
    named: 'given up after a thousand',
  },
  {
    faults: ['subagents-of-one-name'],
    without: 'remembering the number that a name gets next',
    file: `${trace}/formats/weka/build-trace.ts`,
    edits: [['let copy = this.#next.get(wanted) ?? 2', 'let copy = 2']],
    tests: [`${trace}/formats/weka/build-trace.test.ts`],
    named: 'twenty thousand',
  },
  {
    faults: ['mixed-times'],
    without: 'one voice for each trace',
    file: decide,
    edits: [['total + Math.sign(sum), 0)', 'total + sum, 0)']],
    tests: [`${trace}/formats/weka/decide-subagent-times.test.ts`],
  },
  {
    faults: ['mixed-times'],
    without: 'the end of a subagent as evidence',
    file: decide,
    edits: [['&& tMs <= endMs + nearMs', '']],
    tests: [`${trace}/formats/weka/decide-subagent-times.test.ts`],
  },
  {
    faults: ['mixed-times'],
    without: 'the reason that traces are of another kind',
    file: corpusRules,
    edits: [['if (contraryTraces === 0) return undefined', 'return undefined']],
    tests: ['packages/result-aggregator/src/measure/corpus-rules.test.ts'],
  },
  {
    faults: ['unread-traces'],
    without: 'the reason that files were left out',
    file: corpusRules,
    edits: [['if (!files || files.leftOut + files.tracesLeftOut === 0)', 'if (true)']],
    tests: ['packages/result-aggregator/src/measure/corpus-rules.test.ts'],
  },
  {
    faults: ['misfit-blocks'],
    without: 'the reason that ids do not fit',
    file: corpusRules,
    edits: [['misfits <= limits.misfitTurns * turns', 'misfits <= turns']],
    tests: ['packages/result-aggregator/src/measure/corpus-rules.test.ts'],
  },
  {
    faults: ['misfit-blocks'],
    without: 'counting ids beyond the prompt',
    file: `${trace}/block-fit.ts`,
    edits: [["if (ids > Math.ceil(inputTokens / blockSize)) return 'tooManyIds'", '']],
    tests: [`${trace}/block-fit.test.ts`],
  },
  {
    faults: ['leak'],
    without: 'looking at what is to be written',
    file: 'packages/cli/src/commands/trace-anonymize.ts',
    edits: [['  scan.refuse()\n', '']],
    tests: ['e2e/trace-anonymize.test.ts'],
    named: 'its owner would keep',
  },
  {
    faults: ['leak'],
    without: 'looking at what is kept by leave',
    file: `${trace}/anonymize/leak-scan.ts`,
    edits: [['if (looks !== undefined) this.#found(looks, field, text)\n      else if', 'if']],
    tests: [`${trace}/anonymize/leak-scan.test.ts`],
    named: 'stays by leave',
  },
  {
    faults: ['leak'],
    without: 'a secret in pseudonyms',
    file: `${trace}/anonymize/pseudonyms.ts`,
    edits: [["createHmac('sha256', this.#salt)", "createHmac('sha256', '')"]],
    tests: [`${trace}/anonymize/anonymize-corpus.test.ts`],
    named: 'the same salt',
  },
  {
    faults: ['other-bytes'],
    without: 'laying what was fetched against the digest that the Hub lists',
    file: `${hub}/fetch-hub-file.ts`,
    edits: [['if (found === file.digest.hex) break', 'if (found) break']],
    tests: [`${hub}/hub-files.test.ts`],
  },
  {
    faults: ['token-to-another-host'],
    without: 'keeping the token from other hosts',
    file: `${hub}/hub-fetch.ts`,
    edits: [["if (url.origin !== origin) headers.delete('authorization')", '']],
    tests: [`${hub}/hub-files.test.ts`],
  },
  {
    faults: ['path-out-of-the-data-set'],
    without: 'refusing a listing that leads out of its folder',
    file: `${hub}/hub-listing.ts`,
    edits: [['if (!isPlainPath(path))', 'if (false)']],
    tests: [`${hub}/hub-files.test.ts`],
    named: 'leads out',
  },
  {
    faults: ['interleaved-agents'],
    without: 'the seam of a prompt that was rewritten',
    file: `${trace}/formats/weka/find-chains.ts`,
    edits: [['if (!next) continue', 'continue']],
    tests: [`${trace}/formats/weka/find-chains.test.ts`],
  },
  {
    faults: ['hashes-beyond-a-double'],
    without: 'the digits behind the fifteenth',
    file: `${trace}/source/lift-integer-lists.ts`,
    edits: [['* factor + numberOf(bytes, middle, to)', '* factor']],
    tests: [`${trace}/source/lift-integer-lists.test.ts`],
  },
  {
    faults: ['edges-in-a-circle'],
    without: 'looking for who joins a child behind who started it',
    file: `${trace}/edges/spawn-and-join.ts`,
    edits: [['turn > (source ?? -1) && startMs', 'startMs']],
    tests: [`${trace}/edges/infer-edges.test.ts`],
  },
]
