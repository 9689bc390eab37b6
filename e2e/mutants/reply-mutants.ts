import type { Mutant } from './mutant.ts'

const wire = 'packages/wire/src'
const measure = 'packages/result-aggregator/src/measure'
const reply = `${wire}/observe/reply-reader.ts`
const flaw = `${wire}/observe/reply-flaw.ts`
const form = `${wire}/observe/reply-form.ts`
const errorClass = `${wire}/error-class.ts`
const usage = `${wire}/token-usage.ts`
const parts = `${wire}/reply-parts.ts`
const scanner = `${wire}/sse-scanner.ts`

/** Handlings of what a reply says, though it is sent as it should be. */
export const replyMutants: readonly Mutant[] = [
  {
    faults: ['empty-reply'],
    without: 'asking a reply for a token',
    file: flaw,
    edits: [['if (tokens === 0) return', 'if (tokens < 0) return']],
  },
  {
    faults: ['tokens-not-shown'],
    without: 'the tokens that only usage tells',
    file: flaw,
    edits: [['Math.max(shownTokens, usage?.outputTokens ?? 0)', 'shownTokens']],
  },
  {
    faults: ['early-end'],
    without: 'asking an end without a finish reason for all tokens',
    file: flaw,
    edits: [
      ['if (finishReason !== undefined || tokens >= leastTokens) return undefined', 'if (tokens > 0) return undefined'],
    ],
  },
  {
    faults: ['early-end'],
    without: 'counting the chunks that need no reading',
    file: reply,
    edits: [['this.#shownTokens += 1', '']],
  },
  {
    faults: ['named-error'],
    without: 'the names of events',
    file: scanner,
    edits: [['else if (bytes[from] === LETTER_E) this.#name(bytes, from, end)', '']],
  },
  {
    faults: ['named-error'],
    without: 'the comment of an error',
    file: scanner,
    edits: [['else if (bytes[from] === COLON) this.#comments(bytes, from + 1, end)', '']],
  },
  {
    faults: ['named-error'],
    without: 'reading the data of an error that look like those before',
    file: scanner,
    edits: [['this.#data !== undefined || this.#isError) return from', 'this.#data !== undefined) return from']],
  },
  {
    faults: ['named-error'],
    without: 'the field `error`',
    file: scanner,
    edits: [["if (before.endsWith(':')) this.#append", 'if (false) this.#append']],
  },
  {
    faults: ['unnamed-error'],
    without: 'errors that do not say that they are',
    file: errorClass,
    edits: [['isObject(body.usage) ? undefined : flatError(body)', 'isObject(body.usage) ? undefined : undefined']],
  },
  {
    faults: ['unnamed-error'],
    without: 'errors told by a status in the body',
    file: errorClass,
    edits: [['  return wrappedError(body)', '  return undefined']],
  },
  {
    faults: ['unnamed-error'],
    without: 'events that are named an exception',
    file: scanner,
    edits: [['(?:error|exception)', '(?:error)']],
  },
  {
    faults: ['unnamed-error'],
    without: 'errors in a list',
    file: errorClass,
    edits: [['if (Array.isArray(body)) return firstError(body)', '']],
  },
  {
    faults: ['unnamed-error', 'error-in-full-reply'],
    without: 'errors that are a text',
    file: errorClass,
    edits: [["if (typeof error === 'string') return { message: messageText(error) || NO_MESSAGE }", '']],
  },
  {
    faults: ['error-in-full-reply'],
    without: 'looking for an error in a reply in one piece',
    file: reply,
    edits: [
      [
        "if (reply.kind === 'error') return this.#refusal(classifyStreamError(reply.error))",
        "if (reply.kind === 'error') return this.failed('malformed-reply', '')",
      ],
    ],
  },
  {
    faults: ['falling-usage'],
    without: 'keeping the larger of two counts',
    file: usage,
    edits: [['if (told >= before) return told', 'if (told >= 0) return told']],
  },
  {
    faults: ['implausible-usage'],
    without: 'comparing cached tokens with the prompt',
    file: usage,
    edits: [['if (this.#cachedTokens > (known.inputTokens ?? this.#cachedTokens))', 'if (this.#cachedTokens < 0)']],
  },
  {
    faults: ['implausible-usage'],
    without: 'asking whether a count is one',
    file: usage,
    edits: [['Number.isSafeInteger(told) && told >= 0', 'true']],
  },
  {
    faults: ['implausible-usage'],
    without: 'a bound for what a count may be',
    file: usage,
    edits: [['isCount && told <= MOST_TOKENS', 'isCount']],
    tests: ['packages/wire/src/token-usage.test.ts'],
  },
  {
    faults: ['implausible-usage'],
    without: 'doubting a count of nothing',
    file: usage,
    edits: [["if (this.#outputTokens === 0 && hasText) ignored.add('zero-output')\n    else if", 'if']],
  },
  {
    faults: ['implausible-usage'],
    without: 'reading older records with the same doubt',
    file: `${measure}/run-measure.ts`,
    edits: [['const record = plausibleUsage(told)', 'const record = told']],
    tests: [`${measure}/plausible-usage.test.ts`],
  },
  {
    faults: ['implausible-usage'],
    without: 'telling the reader of a result',
    file: `${measure}/indicative-rules.ts`,
    edits: [['  implausibleUsage,\n', '']],
    tests: [`${measure}/plausible-usage.test.ts`],
  },
  {
    faults: ['content-parts'],
    without: 'answers in parts',
    file: `${wire}/reply-choice.ts`,
    edits: [['plainAnswer ?? answerInParts(part)', "plainAnswer ?? ''"]],
  },
  {
    faults: ['content-parts'],
    without: '`reasoning_details`',
    file: parts,
    edits: [['textIn(part.reasoning_details) ||', '']],
  },
  {
    faults: ['content-parts'],
    without: 'telling thinking from the answer in a list',
    file: parts,
    edits: [['return !isThinking(part)', 'return true']],
  },
  {
    faults: ['content-parts'],
    without: 'custom tools',
    file: `${wire}/reply-choice.ts`,
    edits: [
      ["callText(objectAt(call, 'function') ?? objectAt(call, 'custom'))", "callText(objectAt(call, 'function'))"],
    ],
  },
  {
    faults: ['other-content-type'],
    without: 'asking the first byte for the form of a reply',
    file: form,
    edits: [["if (first === BRACE || first === BRACKET) return 'json'", '']],
  },
  {
    faults: ['other-content-type'],
    without: 'passing over what may stand before a reply',
    file: form,
    edits: [['while (at < end && isFiller(bytes[at]!)) at += 1', '']],
  },
  {
    faults: ['responses'],
    without: 'a response that failed',
    file: 'packages/wire/src/responses-event.ts',
    edits: [["type === 'response.failed' || ", '']],
    tests: ['packages/wire/src/responses-event.test.ts'],
  },
]
