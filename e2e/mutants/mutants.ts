import { capacityMutants } from './capacity-mutants.ts'
import { captureMutants } from './capture-mutants.ts'
import { compareMutants } from './compare-mutants.ts'
import { configMutants } from './config-mutants.ts'
import { dockerMutants } from './docker-mutants.ts'
import { endpointMutants } from './endpoint-mutants.ts'
import { engineMutants } from './engine-mutants.ts'
import { fidelityMutants } from './fidelity-mutants.ts'
import { figureMutants } from './figure-mutants.ts'
import { flatteryMutants } from './flattery-mutants.ts'
import { intervalMutants } from './interval-mutants.ts'
import { launchMutants } from './launch-mutants.ts'
import { likenessMutants } from './likeness-mutants.ts'
import type { Mutant } from './mutant.ts'
import { pipelineMutants } from './pipeline-mutants.ts'
import { promptMutants } from './prompt-mutants.ts'
import { recipeMutants } from './recipe-mutants.ts'
import { recorderMutants } from './recorder-mutants.ts'
import { replyMutants } from './reply-mutants.ts'
import { runFolderMutants } from './run-folder-mutants.ts'
import { runMutants } from './run-mutants.ts'
import { shardMutants } from './shard-mutants.ts'
import { slurmMutants } from './slurm-mutants.ts'
import { telemetryMutants } from './telemetry-mutants.ts'
import { traceMutants } from './trace-mutants.ts'
import { verifyMutants } from './verify-mutants.ts'
import { wordMutants } from './word-mutants.ts'

const endpoint = 'packages/replay-engine/src/endpoint'
const wire = 'packages/wire/src'
const exchange = `${endpoint}/http-exchange.ts`
const reply = `${wire}/observe/reply-reader.ts`
const failure = `${endpoint}/http-failure.ts`
const errorClass = `${wire}/error-class.ts`
const chatStream = `${wire}/chat-stream.ts`
const scanner = `${wire}/sse-scanner.ts`
const choice = `${wire}/reply-choice.ts`

/** Every handling of a fault, and how to take it out. Those that take long stand first, so that the others run beside them. */
export const mutants: readonly Mutant[] = [
  ...runMutants,
  ...captureMutants,
  ...capacityMutants,
  ...pipelineMutants,
  {
    faults: ['counts'],
    without: 'recording requests that failed',
    file: 'packages/replay-engine/src/replay/run.ts',
    edits: [['if (this.#failed) return', "if (this.#failed || outcome.kind === 'failed') return"]],
    tests: ['e2e/faults/mixed-faults.test.ts'],
  },
  {
    faults: ['disk-full'],
    without: 'telling that a line cannot be written',
    file: 'packages/result-aggregator/src/run-folder/line-appender.ts',
    edits: [['this.#onFailure(this.#failure.error)', '']],
    tests: ['packages/result-aggregator/src/run-folder/disk-full.test.ts'],
  },
  {
    faults: ['stalled-stream'],
    without: 'a time limit for a request',
    file: exchange,
    edits: [['this.#cancelTimeout = clock.at(calledMs + timeoutMs, () => this.#timeOut(timeoutMs))', '']],
  },
  {
    faults: ['silence'],
    without: 'telling silence from a stall',
    file: exchange,
    edits: [["this.#reply.hasBegun ? 'ended' : 'begun'", "'ended'"]],
  },
  {
    faults: ['server-down'],
    without: 'telling a connection that never stood from one that broke',
    file: failure,
    edits: [['if (!hasStarted) return unconnected(error)', '']],
  },
  {
    faults: ['server-dies'],
    without: 'telling a connection that broke from one that never stood',
    file: exchange,
    edits: [['this.#break(error, startedMs !== undefined)', 'this.#break(error, false)']],
  },
  {
    faults: ['slow-headers'],
    without: 'patience for headers',
    file: `${endpoint}/http-connection.ts`,
    edits: [
      ['const CONNECT_TIMEOUT_MS = 10_000', 'const CONNECT_TIMEOUT_MS = 500'],
      ['(socket) => {\n        this.#cancelConnectTimeout()\n', '(socket) => {\n'],
    ],
  },
  {
    faults: ['reset-before-reply'],
    without: 'making sure that nothing is sent twice which the server may have seen',
    file: exchange,
    edits: [['const wasIdle = proven && this.#idleMs >= IDLE_CLOSE_MIN_MS', 'const wasIdle = true']],
  },
  {
    faults: ['reset-in-reply'],
    without: 'the usage of a reply that broke off',
    file: reply,
    edits: [['message, ...(usage && { usage }) }', 'message }']],
  },
  {
    faults: ['reset-after-done'],
    without: 'taking a reply for whole that said [DONE]',
    file: reply,
    edits: [
      [
        'this.#outcome ?? (this.#stream.done ? this.#ok() : this.failed(failure, message))',
        'this.#outcome ?? this.failed(failure, message)',
      ],
    ],
  },
  {
    faults: ['error-in-stream'],
    without: 'looking for errors in a stream',
    file: reply,
    edits: [["if (event.kind === 'error') this.#outcome = this.#refusal(classifyStreamError(event.error))", '']],
  },
  {
    faults: ['aborted-reply'],
    without: 'finish reasons that mean failure',
    file: `${wire}/observe/reply-flaw.ts`,
    edits: [['/abort|error|cancel|time.?out|fail|insufficient/i', '/^$/']],
  },
  {
    faults: ['rate-limited'],
    without: 'a class for status 429',
    file: errorClass,
    edits: [["if (status === 429) return 'rate-limited'", '']],
  },
  { faults: ['rate-limited'], without: 'Retry-After', file: reply, edits: [['message: message + wish', 'message']] },
  {
    faults: ['server-error-burst'],
    without: 'a class for 5xx',
    file: errorClass,
    edits: [["if (status >= 500) return 'server-error'", '']],
  },
  {
    faults: ['context-overflow'],
    without: 'telling a prompt too long from a bad request',
    file: errorClass,
    edits: [
      [
        "if (mayMeanOverflow(status) && isContextOverflow(error)) return { kind: 'truncated', message: error.message }",
        '',
      ],
    ],
  },
  {
    faults: ['context-overflow-in-stream'],
    without: 'telling a prompt too long from another error in a stream',
    file: errorClass,
    edits: [["isContextOverflow(error) ? 'truncated' : 'error-in-stream'", "'error-in-stream'"]],
  },
  {
    faults: ['idle-connection-closed'],
    without: 'sending again what an idle connection lost',
    file: exchange,
    edits: [['!this.#wasResent) this.#resend()', '!this.#wasResent) this.#break(error, true)']],
  },
  {
    faults: ['idle-connection-closed'],
    without: 'leaving connections that the server is about to close',
    file: `${endpoint}/http-connections.ts`,
    edits: [['const KEEP_ALIVE_MS = 4_000', 'const KEEP_ALIVE_MS = 60_000']],
    tests: [`${endpoint}/http-connections.test.ts`],
  },
  {
    faults: ['malformed-event'],
    without: 'refusing events that are not JSON',
    file: reply,
    edits: [["if (event.kind === 'malformed') this.#outcome = this.failed('malformed-reply', event.message)", '']],
  },
  {
    faults: ['malformed-http'],
    without: "telling the parser's errors from a lost connection",
    file: failure,
    edits: [["error instanceof MalformedHttp ? 'malformed-reply' : 'disconnect'", "'disconnect'"]],
  },
  {
    faults: ['cut-stream', 'not-a-reply'],
    without: 'asking a stream for its end',
    file: reply,
    edits: [
      [
        "return this.failed('malformed-reply', 'the stream ended without a finish reason and without [DONE]')",
        'return this.#ok()',
      ],
    ],
  },
  {
    faults: ['carriage-returns'],
    without: 'lines that end in CR or CRLF',
    file: scanner,
    edits: [
      [
        'const endsInCr = carriageReturn !== -1 && (lineFeed === -1 || carriageReturn < lineFeed)',
        'const endsInCr = false',
      ],
    ],
  },
  {
    faults: ['carriage-returns'],
    without: 'CR and LF in two reads as one line end',
    file: scanner,
    edits: [
      [
        'if (endsInCr && at === end) this.#skipLineFeed = true',
        'if (endsInCr && at === end) this.#skipLineFeed = false',
      ],
    ],
    tests: [`${wire}/sse-scanner.test.ts`],
  },
  {
    faults: ['split-characters'],
    without: 'joining the bytes of a line before they become text',
    file: scanner,
    edits: [
      [
        'Buffer.concat([...this.#pieces, bytes.subarray(from, end)])',
        "Buffer.from([...this.#pieces, bytes.subarray(from, end)].map((piece) => piece.toString('utf8')).join(''))",
      ],
    ],
  },
  {
    faults: ['several-tokens-per-chunk'],
    without: 'counting the tokens of each chunk by itself',
    file: `${wire}/token-usage.ts`,
    edits: [['told - before', 'told']],
  },
  {
    faults: ['usage-only-chunk'],
    without: 'telling a chunk with tokens from one without',
    file: chatStream,
    edits: [["if (text.answer === '' && text.reasoning === '' && text.tool === '') return { kind: 'bare' }", '']],
  },
  {
    faults: ['no-usage'],
    without: 'leaving out what was not reported',
    file: `${wire}/token-usage.ts`,
    edits: [['return Object.keys(known).length > 0 ? known : undefined', 'return known']],
  },
  {
    faults: ['reasoning-fields'],
    without: 'the field `reasoning`',
    file: choice,
    edits: [["textAt(part, 'reasoning') ??", '']],
  },
  {
    faults: ['reasoning-fields'],
    without: 'the field `reasoning_content`',
    file: choice,
    edits: [["?? textAt(part, 'reasoning_content')", '']],
  },
  { faults: ['tool-calls'], without: 'tool calls as tokens', file: choice, edits: [['tool += called', '']] },
  {
    faults: ['clock-step'],
    without: 'a clock that does not follow the system date',
    file: 'packages/replay-engine/src/clock/wall-clock.ts',
    edits: [
      ['readonly #originMs = performance.now()', 'readonly #originMs = Date.now()'],
      ['return performance.now() - this.#originMs', 'return Date.now() - this.#originMs'],
    ],
    tests: ['packages/replay-engine/src/clock/wall-clock.test.ts'],
  },
  {
    faults: ['counts'],
    without: 'counting by outcome',
    file: 'packages/result-aggregator/src/measure/counts.ts',
    edits: [['counts.requests += 1', "counts.requests += record.outcome.kind === 'failed' ? 0 : 1"]],
    tests: ['packages/result-aggregator/src/measure/validity.test.ts'],
  },
  ...compareMutants,
  ...configMutants,
  ...endpointMutants,
  ...launchMutants,
  ...dockerMutants,
  ...likenessMutants,
  ...recorderMutants,
  ...recipeMutants,
  ...promptMutants,
  ...replyMutants,
  ...runFolderMutants,
  ...engineMutants,
  ...fidelityMutants,
  ...figureMutants,
  ...flatteryMutants,
  ...intervalMutants,
  ...shardMutants,
  ...slurmMutants,
  ...telemetryMutants,
  ...traceMutants,
  ...verifyMutants,
  ...wordMutants,
]
