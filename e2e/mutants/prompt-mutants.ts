import type { Mutant } from './mutant.ts'

const endpoint = 'packages/replay-engine/src/endpoint'

/** What makes prompts as long as planned, and lets them share what they should. */
export const promptMutants: readonly Mutant[] = [
  {
    faults: ['exact-prompts'],
    without: 'taking what ends a prompt from its filler',
    file: 'packages/replay-engine/src/content/word-ranges.ts',
    edits: [
      ['let owed = 0', 'let owed = overhead.behindLast'],
      ['owed - from + overhead.behindLast', 'owed - from'],
    ],
    tests: ['packages/replay-engine/src/content/prompt-writer.test.ts'],
  },
  {
    faults: ['exact-prompts'],
    without: 'a word at the head of a message that needs no space before it',
    file: 'packages/replay-engine/src/content/phrases.ts',
    edits: [['heads.has(word) ? word : headWords[i % headWords.length]!', 'word']],
    tests: ['packages/replay-engine/src/endpoint/exact-prompts.test.ts'],
    named: 'spaced pieces',
  },
  {
    faults: ['tokenize-limits'],
    without: 'asking again for shorter texts when the server refuses a long one',
    file: `${endpoint}/sift-words.ts`,
    edits: [['return bothHalves(words, (half) => siftWords(half, place))', 'return { ones: [], unasked: words }']],
    tests: [`${endpoint}/check-words.test.ts`],
  },
  {
    faults: ['tokenize-limits'],
    without: 'telling a word that was not asked for from one that is more than one token',
    file: `${endpoint}/sift-words.ts`,
    edits: [["unasked: pieces === 'unasked' ? words : []", 'unasked: []']],
    tests: [`${endpoint}/check-words.test.ts`],
  },
  {
    faults: ['exact-prompts'],
    without: 'asking for words behind one another',
    file: `${endpoint}/check-words.ts`,
    edits: [
      [
        'await verifyWords(spaced, { tokenize: atMost(MOST_TEXTS, tokenize), anchor, ids })',
        '{ words: spaced, sure: true }',
      ],
    ],
    tests: [`${endpoint}/check-words.test.ts`],
  },
  {
    faults: ['exact-prompts'],
    without: 'telling the places of a template from ids',
    file: `${endpoint}/measure-template.ts`,
    edits: [['const overhead = isPlaced ? placed :', 'const overhead =']],
    tests: [`${endpoint}/exact-prompts.test.ts`],
    named: 'opening that thinks',
  },
  {
    faults: ['resume'],
    without: 'refusing to go on with other prompts',
    file: 'packages/cli/src/run/refuse-other-prompts.ts',
    edits: [['if (same) return', 'if (same || folder) return']],
    tests: ['packages/cli/src/run/refuse-other-prompts.test.ts'],
  },
  {
    faults: ['exact-prompts'],
    without: 'leaving a message short whose filler could not hold what ended its prompt',
    file: 'packages/replay-engine/src/content/segments.ts',
    edits: [['shortBy > 0 && shortBy <= replyTokens', 'shortBy < 0 && shortBy <= replyTokens']],
    tests: ['packages/replay-engine/src/content/word-ranges.test.ts'],
    named: 'opened as one in the middle',
  },
  {
    faults: ['live-replies'],
    without: "making up for the length of a server's own reply",
    file: 'packages/replay-engine/src/content/word-ranges.ts',
    edits: [['owed += reply.tokens - planned', '']],
    tests: [`${endpoint}/live-replies.test.ts`],
  },
  {
    faults: ['live-replies'],
    without: 'a bound of what is kept of replies',
    file: `${endpoint}/live-replies.ts`,
    edits: [['if (this.#bytes <= this.#mostBytes) break', 'break']],
    tests: [`${endpoint}/live-replies.test.ts`],
  },
  {
    faults: ['live-replies'],
    without: 'telling the reply to a primer from that to a turn',
    file: `${endpoint}/prompt-cutter.ts`,
    edits: [[' && outputTokens >= Math.max(1, turns[turn]?.outputTokens ?? 1)', '']],
    tests: [`${endpoint}/live-replies.test.ts`],
  },
  {
    faults: ['shared-system'],
    without: 'leaving to a tree what it has not kept of the common system prompt',
    file: 'packages/replay-engine/src/replay/tree-prompts.ts',
    edits: [['blocks = Math.min(blocks, turns[t]!.sharedBlocks)', 'blocks += 0 * t']],
    tests: ['packages/replay-engine/src/replay/shared-system.test.ts'],
  },
  {
    faults: ['proxy'],
    without: 'sending what is asked before a run through the proxy as well',
    file: `${endpoint}/control-request.ts`,
    edits: [['if (proxy) {', 'if (proxy && false) {']],
    tests: [`${endpoint}/proxy.test.ts`],
    named: 'what is asked before',
  },
  {
    faults: ['proxy'],
    without: 'saying that a proxy lies between',
    file: 'packages/result-aggregator/src/measure/indicative-rules.ts',
    edits: [['  throughProxy,\n', '']],
    tests: ['packages/result-aggregator/src/measure/validity.test.ts'],
    named: 'proxy',
  },
  {
    faults: ['tokenizer-file'],
    without: 'seeing that a tokenizer file is of another model',
    file: `${endpoint}/local-tokenizer.ts`,
    edits: [['return found === sent.length', 'return found > 0']],
    tests: [`${endpoint}/local-tokenizer.test.ts`],
  },
]
