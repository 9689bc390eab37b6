import type { Mutant } from './mutant.ts'

const endpoint = 'packages/replay-engine/src/endpoint'
const exchange = `${endpoint}/http-exchange.ts`

/** What the client knows of an endpoint, of its own host and of its clock. */
export const endpointMutants: readonly Mutant[] = [
  {
    faults: ['slow-handshake'],
    without: 'leaving the handshake out of the time to the first token',
    file: 'packages/wire/src/observe/reply-observation.ts',
    edits: [['this.#sentMs = atMs', 'this.#sentMs = this.#connectStartMs ?? atMs']],
    tests: ['packages/replay-engine/src/replay/record-of.test.ts'],
  },
  {
    faults: ['slow-handshake'],
    without: 'telling the sending when the connection stands',
    file: exchange,
    edits: [
      ['this.#guard(() => this.#options.observer.sent(startedMs))', ''],
      [
        'if (!this.#isSettled) connection.send(this.#options.request, this)',
        'this.#guard(() => this.#options.observer.sent(nowMs))\n    connection.send(this.#options.request, this)',
      ],
    ],
    tests: [`${endpoint}/http-handshake.test.ts`],
  },
  {
    faults: ['slow-handshake'],
    without: 'leaving the handshake out of what the client is late',
    file: 'packages/result-aggregator/src/measure/dispatch-delay.ts',
    edits: [['connectStartMs ?? sentMs', 'sentMs ?? connectStartMs']],
    tests: ['packages/result-aggregator/src/measure/request-metrics.test.ts'],
  },
  {
    faults: ['clock-step'],
    without: "taking a run's date where its clock is born",
    file: 'packages/cli/src/run/perform-run.ts',
    edits: [
      [
        'clock.startedAt === undefined ? {} : { startedAt: clock.startedAt }',
        '{ startedAt: new Date().toISOString() }',
      ],
    ],
    tests: ['packages/cli/src/run/perform-run.test.ts'],
  },
  {
    faults: ['other-engine'],
    without: 'asking more than /version for the name of an engine',
    file: `${endpoint}/name-engine.ts`,
    edits: [
      [
        'const signs = signsIn(answers)',
        "const signs = version === undefined ? [] : [{ engine: 'vllm', text: 'version' }]",
      ],
    ],
    tests: [`${endpoint}/name-engine.test.ts`],
  },
  {
    faults: ['other-engine'],
    without: 'keeping the engine of the job where another answers',
    file: 'packages/cli/src/run/identify-endpoint.ts',
    edits: [['if (expected === undefined) return', 'if (name !== undefined || expected === undefined) return']],
    tests: ['packages/cli/src/run/identify-endpoint.test.ts'],
  },
  {
    faults: ['other-engine'],
    without: 'saying that another engine answered',
    file: 'packages/result-aggregator/src/measure/indicative-rules.ts',
    edits: [['  otherEngine,\n', '']],
    tests: ['packages/result-aggregator/src/measure/validity.test.ts'],
  },
  {
    faults: ['client-host'],
    without: "telling what the client's host lacks from a server that is down",
    file: `${endpoint}/http-failure.ts`,
    edits: [['const cure = cureOfClientHost(error)', 'const cure = undefined']],
    tests: [`${endpoint}/http-failure.test.ts`],
  },
  {
    faults: ['client-host'],
    without: 'asking every address of a name',
    file: `${endpoint}/client-host.ts`,
    edits: [['causes.find((cause) => !cures.has(codeOf(cause))) ?? causes[0]', 'causes[0]']],
    tests: [`${endpoint}/http-failure.test.ts`],
  },
  {
    faults: ['client-host'],
    without: "sending the reader of a result to the client's host",
    file: 'packages/result-aggregator/src/measure/failed-rule.ts',
    edits: [["failures['client-host'] ?? 0", '0']],
    tests: ['packages/result-aggregator/src/measure/validity.test.ts'],
  },
  {
    faults: ['bug-in-a-handler'],
    without: 'answering a request that met a bug of ours',
    file: 'packages/engine-sim/src/http/router.ts',
    edits: [['replyToError(exchange, error, renderError)', 'throw error']],
    tests: ['packages/engine-sim/src/http/hostile-requests.test.ts'],
    named: 'an error that nobody expected',
  },
  {
    faults: ['bug-in-a-handler'],
    without: 'keeping a bug of one reply from the others',
    file: 'packages/engine-sim/src/drive/reply-sinks.ts',
    edits: [['sink.failed(error)', 'throw error']],
    tests: ['packages/engine-sim/src/drive/engine-driver.test.ts'],
  },
  {
    faults: ['disk-full'],
    without: 'telling that the log of a server has a hole',
    file: 'packages/cli/src/options/request-log-file.ts',
    edits: [["stream.on('error', (error) => reject(new LogFileError(path, error)))", "stream.on('error', () => {})"]],
    tests: ['packages/cli/src/options/request-log-file.test.ts'],
  },
]
