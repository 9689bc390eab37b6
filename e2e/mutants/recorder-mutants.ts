import type { Mutant } from './mutant.ts'

const capture = 'packages/capture/src'
const sessionTree = `${capture}/identity/session-tree.ts`
const sessionTests = [`${capture}/identity/session-tree.test.ts`]
const recorder = `${capture}/record/make-recorder.ts`
const recorderTests = [`${capture}/record/make-recorder.test.ts`]

/** What records of a capture say. */
export const recorderMutants: readonly Mutant[] = [
  {
    faults: ['capture'],
    without: 'looking whether a session waits for its tools',
    file: sessionTree,
    edits: [['return state.open.size > 0 && !answersOf(state, request)', 'return false']],
    tests: sessionTests,
    named: 'is its subagent',
  },
  {
    faults: ['capture'],
    without: 'telling a retry from another session that begins alike',
    file: sessionTree,
    edits: [['same.find(({ hasFailed }) => hasFailed)?.name', 'same[0]?.name']],
    tests: sessionTests,
    named: 'asked again',
  },
  {
    faults: ['capture'],
    without: 'one subagent for each call',
    file: sessionTree,
    edits: [['call.child === undefined && session !== name', 'session !== name']],
    tests: sessionTests,
    named: 'two subagents',
  },
  {
    faults: ['capture'],
    without: 'cutting what a header calls a session',
    file: `${capture}/identity/identity-of-headers.ts`,
    edits: [['text.slice(0, longest)', 'text']],
    tests: [`${capture}/identity/identity-of-headers.test.ts`],
    named: 'no longer than a name',
  },
  {
    faults: ['capture'],
    without: "lengths as the upstream's",
    file: recorder,
    edits: [['told: usage?.inputTokens', 'told: undefined']],
    tests: recorderTests,
    named: 'as the upstream counts it',
  },
  {
    faults: ['capture'],
    without: 'leaving out what the upstream refused',
    file: recorder,
    edits: [['reply.status >= 400', 'reply.status >= 600']],
    tests: recorderTests,
    named: 'counted by its reason',
  },
  {
    faults: ['capture'],
    without: 'believing a harness before what can be inferred',
    file: recorder,
    edits: [['if (isTold && call.child === undefined) continue', '']],
    tests: recorderTests,
    named: 'nothing is inferred',
  },
  {
    faults: ['capture'],
    without: 'keeping beginnings longer than what stands behind them',
    file: `${capture}/prompt/prompt-tree.ts`,
    edits: [['for (let at = path.length - 1; at >= 0; at -= 1)', 'for (let at = 0; at < path.length - 1; at += 1)']],
    tests: [`${capture}/prompt/prompt-tree.test.ts`],
  },
  {
    faults: ['capture'],
    without: 'letting go of a reply whose beginning is kept',
    file: sessionTree,
    edits: [
      [
        "return Buffer.from(answer.trim().slice(0, 300), 'utf16le').toString('utf16le')",
        'return answer.trim().slice(0, 300)',
      ],
    ],
    tests: [`${capture}/record/held-memory.test.ts`],
    named: 'nothing is held',
  },
  {
    faults: ['capture'],
    without: 'weighing prompts as they are',
    file: `${capture}/prompt/prompt-tree.ts`,
    edits: [['nodeBytes + 8 * hashes.length', '8 * hashes.length']],
    tests: [`${capture}/record/held-memory.test.ts`],
    named: 'takes what it may',
  },
  {
    faults: ['capture'],
    without: 'a bound for what a peer pushes',
    file: `${capture}/zmtp/zmtp-pull.ts`,
    edits: [['BigInt(this.#messageBytes) + length > maxMessageBytes || ', '']],
    tests: [`${capture}/zmtp/zmtp-pull.test.ts`],
    named: 'without end',
  },
  {
    faults: ['capture'],
    without: 'reading the wanted topic alone',
    file: `${capture}/tools/parse-tool-message.ts`,
    edits: [["frames.length !== 3 || named!.toString('utf8') !== topic", 'frames.length !== 3']],
    tests: [`${capture}/tools/parse-tool-message.test.ts`],
    named: 'another topic',
  },
  {
    faults: ['capture'],
    without: 'a rest for an upstream that does not answer',
    file: `${capture}/record/open-token-source.ts`,
    edits: [["if (told === 'silent') restsUntilMs = now() + restMs", '']],
    tests: recorderTests,
    named: 'does not answer',
  },
  {
    faults: ['capture'],
    without: 'telling what was approximated',
    file: recorder,
    edits: [["[...(isExact ? [] : ['prompt']), ...(isReplyExact ? [] : ['reply'])]", '[]']],
    tests: recorderTests,
    named: 'of which of both',
  },
]
