import type { Mutant } from './mutant.ts'

const capture = 'packages/capture/src'
const forward = `${capture}/proxy/forward.ts`
const connections = `${capture}/proxy/connections.test.ts`

/** What goes through a capture, and what is written of it. */
export const captureMutants: readonly Mutant[] = [
  {
    faults: ['client-gone'],
    without: 'noticing that the client has left',
    file: forward,
    edits: [["    response.on('close', () => this.#closed())\n", '']],
    tests: [connections],
    named: 'upstream is told',
  },
  {
    faults: ['upstream-died'],
    without: 'breaking off a reply that broke off',
    file: forward,
    edits: [
      [
        'this.#over(this.#whoBroke())\n    this.#response.destroy()',
        'this.#over(this.#whoBroke())\n    this.#response.end()',
      ],
    ],
    tests: [connections],
    named: 'breaks off, and does not end',
  },
  {
    faults: ['upstream-died'],
    without: 'leaving a kept connection that was just closed to the client',
    file: forward,
    edits: [['isClosing() || this.#outgoing.reusedSocket ||', 'isClosing() ||']],
    tests: [connections],
    named: 'just then',
  },
  {
    faults: ['stalled'],
    without: 'telling a stall from a client that left',
    file: forward,
    edits: [["isStalled ? 'stalled' :", '']],
    tests: [connections],
    named: 'silence',
  },
  {
    faults: ['half-closed'],
    without: 'letting a client send no more',
    file: `${capture}/proxy/start-proxy.ts`,
    edits: [['Object.assign(server, { httpAllowHalfOpen: true })', '']],
    tests: [connections],
    named: 'sends no more',
  },
  {
    faults: ['smuggled-header'],
    without: 'keeping the length of a body',
    file: `${capture}/proxy/passed-headers.ts`,
    edits: [["['content-length', ", '[']],
    tests: [`${capture}/proxy/passed-headers.test.ts`],
  },
  {
    faults: ['disk-full-under-shards'],
    without: 'taking a torn member back',
    file: `${capture}/shards/shard-writer.ts`,
    edits: [['      ftruncateSync(file.descriptor, file.bytes)\n', '']],
    tests: ['e2e/capture-bad-input.test.ts'],
    named: 'disk that is full',
  },
  {
    faults: ['link-in-a-shards-place'],
    without: 'making a shard where nothing lies',
    file: `${capture}/shards/shard-writer.ts`,
    edits: [['constants.O_CREAT | constants.O_EXCL', 'constants.O_CREAT']],
    tests: [`${capture}/shards/shard-writer.test.ts`],
  },
  {
    faults: ['too-fast'],
    without: 'a bound for what the recording thread holds',
    file: `${capture}/thread/tape-writer.ts`,
    edits: [['if (this.#heldBytes + bytes.length > this.#options.maxHeldBytes) return false', '']],
    tests: [`${capture}/thread/exchange-readings.test.ts`],
  },
  {
    faults: ['messages-usage'],
    without: 'counting what the cache held to the prompt',
    file: 'packages/wire/src/messages-event.ts',
    edits: [['[input_tokens, read, written]', '[input_tokens]']],
    tests: ['packages/wire/src/messages-event.test.ts'],
  },
  {
    faults: ['client-gone'],
    without: 'taking back what nobody waits for',
    file: forward,
    edits: [["    if (end !== 'complete') this.#outgoing.destroy()\n", '']],
    tests: [connections],
    named: 'asked of nobody',
  },
]
